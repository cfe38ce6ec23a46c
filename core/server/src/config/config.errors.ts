export const CONFIG = {
  INVALID: 'CONFIG_INVALID',
} as const;
