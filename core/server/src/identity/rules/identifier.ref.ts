/** An identifier as the rules see it: its keyed hash stands for the value. */
export interface IdentifierRef {
  hash: string;
  kind: string;
  namespace: string;
  /** It was not stated: it follows from another identifier of the claim, as a phone's hash does. */
  isDerived?: boolean;
  /** As an id that is a phone was kept before it was a phone: it speaks only where somebody has it. */
  isOldForm?: boolean;
  /** An alias states it as what its person was called before; see `alias.ts`. */
  isFormer?: boolean;
}

/** An identifier that the graph knows. */
export interface Holding extends IdentifierRef {
  /** Epoch ms of the event that brought it to its profile. */
  since: number;
  /** Epoch ms of the last event that stated it, kept only for kinds with a lifetime and only to a tenth of that. */
  seenAt?: number | undefined;
  /** An alias said it and no event ever used it: it leads to its person, and counts for nothing else. */
  isLatent?: boolean;
}
