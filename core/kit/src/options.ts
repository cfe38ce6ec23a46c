import { PlatformError } from '@perennial/contract';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

/** A class whose properties carry class-validator rules and `@Field` names; it is the plugin's injection token too. */
export type OptionsClass<T extends object = object> = new () => T;

/** A validated instance of the class; unknown keys are refused. Throws `OPTIONS_INVALID` naming every wrong key. */
export function readOptions<T extends object>(optionsClass: OptionsClass<T>, values: object, owner: string): T {
  const options = plainToInstance(optionsClass, values, { exposeDefaultValues: true });
  const problems = validateSync(options, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  if (problems.length === 0) return options;
  throw new PlatformError('OPTIONS_INVALID', `${owner}: ${problems.flatMap(sentences).join('; ')}`, {
    kind: 'invalid',
    details: { owner, keys: problems.map((p) => p.property) },
  });
}

function sentences(problem: ValidationError): string[] {
  const own = Object.values(problem.constraints ?? {});
  return [...own, ...(problem.children ?? []).flatMap(sentences)];
}
