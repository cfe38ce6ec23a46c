/** The network part of an address (/24 or /48): enough to tell a city, not a person. */
export function truncateIp(ip: string): string {
  const mapped = ip.replace(/^::ffff:/i, '');
  if (/^\d+\.\d+\.\d+\.\d+$/.test(mapped)) return mapped.replace(/\.\d+$/, '.0');
  const groups = expand(mapped);
  return groups ? `${groups.slice(0, 3).join(':')}::` : '';
}

/**
 * The client's address behind so many proxies of ours: each appends whom it heard to `X-Forwarded-For`, so the last entries
 * are theirs and whatever stands before was said by the client itself. The connection's own where the header is shorter.
 */
export function addressBehind(
  proxies: number,
  forwarded: string | undefined,
  own: string | undefined,
): string | undefined {
  if (proxies === 0) return own;
  const stated = (forwarded ?? '')
    .split(',')
    .map((part) => part.trim())
    .at(-proxies);
  return stated && /^[0-9a-f:.%]{2,64}$/i.test(stated) ? stated : own;
}

/** The eight groups of an IPv6 address, or undefined when it is none. */
function expand(ip: string): string[] | undefined {
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...right];
}
