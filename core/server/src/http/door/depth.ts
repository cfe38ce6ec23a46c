/** Deeper than any rule or definition that people write; validation and transformation recurse, so this bounds their stack. */
export const MAX_DEPTH = 64;

/** Whether a parsed body nests deeper than that; walks without recursion. */
export function isTooDeep(body: unknown, most = MAX_DEPTH): boolean {
  let level: object[] = isNode(body) ? [body] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((node) => Object.values(node).filter(isNode));
  }
  return false;
}

const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;
