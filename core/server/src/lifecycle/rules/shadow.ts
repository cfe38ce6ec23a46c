import type { LifecycleDefinition } from '@perennial/contract';
import type { LifecycleSlice, StatePlace } from '../lifecycle.state.js';
import { renamed } from './rename.js';

/** A lifecycle as it is decided; what was published and can still be taken back is decided beside what took its place. */
export interface LifecycleInForce extends LifecycleDefinition {
  /** The lifecycle of which this is an earlier version, kept alive so that going back to it is exact. */
  shadowOf?: string;
  /** The shadow whose places this version takes over, and the version that it thereby restores. */
  takesOver?: { shadow: string; version: number };
}

/** The key under which an earlier version goes on beside its successor; `~` is no letter of a published key. */
export const shadowKey = (key: string, version: number): string => `~${key}@${version}`;

export const isShadow = (lifecycle: string): boolean => lifecycle.startsWith('~');

export const shadowOf = (definition: LifecycleDefinition): LifecycleInForce => ({
  ...renamed(definition, shadowKey(definition.key, definition.version)),
  shadowOf: definition.key,
});

/**
 * Before anything is decided: a shadow begins where the person stood when its successor was published, and a version
 * that restores one begins where the person would stand had the versions between never been. No move is recorded for it.
 */
export function carryPlaces(definitions: readonly LifecycleInForce[], { places }: LifecycleSlice): void {
  for (const definition of definitions) {
    if (definition.shadowOf) beginShadow(definition, definition.shadowOf, places);
    if (definition.takesOver) takeOver(definition, definition.takesOver, places);
  }
}

type Places = LifecycleSlice['places'];

function beginShadow({ key, version }: LifecycleInForce, original: string, places: Places): void {
  const place = places[original];
  if (!places[key] && place && place.version <= version) places[key] = { ...place };
}

/**
 * Who was never touched since the restored version was replaced still stands in it, and has no shadow. Whoever waits for
 * the run of an even earlier version goes on waiting.
 */
function takeOver(
  { key, version }: LifecycleInForce,
  restored: NonNullable<LifecycleInForce['takesOver']>,
  places: Places,
): void {
  const kept: StatePlace | undefined = places[restored.shadow] ?? places[key];
  delete places[restored.shadow];
  if (kept && kept.version !== version)
    places[key] = { ...kept, version: kept.version === restored.version ? version : kept.version };
}
