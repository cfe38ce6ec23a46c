import { PlatformError } from '@perennial/contract';

export const STAGING = {
  ABSENT: 'LIFECYCLE_ABSENT',
  DEFINITION_INVALID: 'LIFECYCLE_DEFINITION_INVALID',
  IN_USE: 'LIFECYCLE_IN_USE',
  STAGE_IN_USE: 'LIFECYCLE_STAGE_IN_USE',
  VERSION_CHANGED: 'LIFECYCLE_VERSION_CHANGED',
} as const;

export const absent = (key: string): PlatformError =>
  new PlatformError(STAGING.ABSENT, `there is no lifecycle ${key}`, { kind: 'absent', details: { key } });
