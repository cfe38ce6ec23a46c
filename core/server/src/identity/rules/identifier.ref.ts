/** An identifier as the rules see it: its keyed hash stands for the value. */
export interface IdentifierRef {
  hash: string;
  kind: string;
  namespace: string;
}
