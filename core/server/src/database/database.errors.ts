export const DATABASE = {
  URL_INVALID: 'DATABASE_URL_INVALID',
} as const;
