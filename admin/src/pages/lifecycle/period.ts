import type { LifecycleDefinition } from '@perennial/contract';

export interface Period {
  lifecycle: LifecycleDefinition;
  days: number;
}

/** From the first stage that people come through to the last, as managers read it; definitions try them the other way. */
export const inOrder = ({ stages }: LifecycleDefinition) => stages.toReversed();

export const COLOURS = ['#86c5a8', '#4f9f7f', '#1f7a5c', '#d9a441', '#b0694a', '#7d8c86', '#5b7fa6', '#a67fa0'];
