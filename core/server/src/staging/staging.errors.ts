import { PlatformError } from '@perennial/contract';

export const STAGING = {
  ABSENT: 'LIFECYCLE_ABSENT',
  DEFINITION_INVALID: 'LIFECYCLE_DEFINITION_INVALID',
  IN_USE: 'LIFECYCLE_IN_USE',
  PLACE_ABSENT: 'LIFECYCLE_PLACE_ABSENT',
  RESTORE_UNFINISHED: 'LIFECYCLE_RESTORE_UNFINISHED',
  STAGE_IN_USE: 'LIFECYCLE_STAGE_IN_USE',
  VERSION_ABSENT: 'LIFECYCLE_VERSION_ABSENT',
  VERSION_CHANGED: 'LIFECYCLE_VERSION_CHANGED',
} as const;

export const absent = (key: string): PlatformError =>
  new PlatformError(STAGING.ABSENT, `there is no lifecycle ${key}`, { kind: 'absent', details: { key } });

export const versionChanged = (key: string, version: number): PlatformError =>
  new PlatformError(STAGING.VERSION_CHANGED, `lifecycle ${key} is at version ${version} meanwhile; look at it again`, {
    kind: 'conflict',
    details: { key, version },
  });
