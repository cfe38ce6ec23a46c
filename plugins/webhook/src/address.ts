import { PlatformError } from '@perennial/contract';
import ipaddr from 'ipaddr.js';
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/** Whether an address belongs to the open internet: neither this machine, nor a private network, nor a special range. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && !isCompatible(address) && ipaddr.process(address).range() === 'unicast';
}

/** `::127.0.0.1`, the form of RFC 4291 2.5.5.1 that nobody may give out any more; systems may still take it for IPv4. */
function isCompatible(address: string): boolean {
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 && parsed.parts.slice(0, 6).every((part) => part === 0);
}

/**
 * A name look-up for a connection that refuses private addresses. The address that was checked is the one that is
 * connected to, so a name that answers differently the second time gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  systemLookup(hostname, { all: true, family: options.family }).then(
    (found) => {
      const allowed = found.filter(({ address }) => isPublic(address));
      if (allowed.length === 0) return done(refusal(), '', 0);
      return options.all
        ? (done as (error: null, all: typeof allowed) => void)(null, allowed)
        : done(null, allowed[0]!.address, allowed[0]!.family);
    },
    (error: NodeJS.ErrnoException) => done(error, '', 0),
  );
};

export const refusal = (): PlatformError =>
  new PlatformError(
    'WEBHOOK_ADDRESS_PRIVATE',
    'the address lies in a private network, which this destination may not reach',
    { kind: 'denied' },
  );
