/** Whether a page of this origin may send. */
export type OriginTest = (origin: string) => boolean;

/** `https://*.example.com` covers every host under it and not `example.com` itself. Undefined for an empty list: any may. */
export function compileOrigins(allowed: string[]): OriginTest | undefined {
  if (allowed.length === 0) return undefined;
  const exact = new Set(allowed.filter((pattern) => !pattern.includes('*')));
  const wild = allowed
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => pattern.split('*') as [scheme: string, rest: string]);
  return (origin) =>
    exact.has(origin) ||
    wild.some(
      ([scheme, rest]) =>
        origin.startsWith(scheme) && origin.endsWith(rest) && origin.length > scheme.length + rest.length,
    );
}
