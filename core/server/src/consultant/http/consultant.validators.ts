import { isJsonObject } from '@perennial/contract';
import { ValidateBy, ValidateIf } from 'class-validator';

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
const isDay = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 7;

function isHours(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { days, from, to, ...more } = value;
  if (Object.keys(more).length > 0 || !Array.isArray(days) || days.length === 0) return false;
  return days.every(isDay) && new Set(days).size === days.length && isTime(from) && isTime(to) && from < to;
}

export const IsHours = (): PropertyDecorator =>
  ValidateBy({
    name: 'isHours',
    validator: {
      validate: isHours,
      defaultMessage: () =>
        'hours needs days (1 Monday to 7), from and to as HH:MM, from before to; leave it out for always',
    },
  });

function isShopFrom(value: unknown): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return false;
  const named = value['tag'] ?? value['trait'];
  return typeof named === 'string' && named.length > 0 && named.length <= 128;
}

export const IsShopFrom = (): PropertyDecorator =>
  ValidateBy({
    name: 'isShopFrom',
    validator: { validate: isShopFrom, defaultMessage: () => 'shopFrom needs one of tag or trait, with its key' },
  });

/** May be left out of a change, and is never null: unlike `IsOptional`, which lets null pass. */
export const IfSent = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);
