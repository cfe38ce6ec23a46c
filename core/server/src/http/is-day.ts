import { readDay } from '@perennial/contract';
import { ValidateBy } from 'class-validator';

/** A calendar day as `2026-11-24`; 30 February is none. */
export const IsDay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => readDay(value) !== undefined,
      defaultMessage: () => '$property must be a day such as 2026-11-24',
    },
  });
