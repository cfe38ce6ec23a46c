import { ValidateBy } from 'class-validator';
import { accessSync, constants } from 'node:fs';

/** The path of a file that this process may read; a wrong one is told at the start and not at the first use. */
export const IsReadableFile = (): PropertyDecorator =>
  ValidateBy({
    name: 'isReadableFile',
    validator: { validate: isReadable, defaultMessage: () => 'must be a file that can be read' },
  });

function isReadable(path: unknown): boolean {
  try {
    accessSync(String(path), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
