import { isJsonObject } from '@perennial/contract';
import { ValidateBy } from 'class-validator';
import { isCondition } from '../../tag/index.js';

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 255;

function isCause(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  if (value['on'] === 'stage.moved') return isText(value['lifecycle']) && isText(value['to']);
  if (value['on'] === 'tag.changed') return isText(value['tag']);
  if (value['on'] === 'audience.entered' || value['on'] === 'audience.left') return isText(value['audience']);
  return value['on'] === 'event.applied' && isText(value['event']);
}

export const IsCause = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCause',
    validator: {
      validate: isCause,
      defaultMessage: () => 'cause must name a stage move, a tag, an audience or an event',
    },
  });

export const IsCondition = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCondition',
    validator: { validate: (value: unknown) => isCondition(value), defaultMessage: () => 'when must be a condition' },
  });
