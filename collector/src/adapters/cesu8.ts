/** The first bytes of a surrogate pair as CESU-8 writes it: each half as three bytes of its own. */
const LEAD = 0xed;
const isHigh = (second: number | undefined): boolean => second !== undefined && second >= 0xa0 && second <= 0xaf;
const isLow = (second: number | undefined): boolean => second !== undefined && second >= 0xb0 && second <= 0xbf;

/**
 * UTF-8 of bytes whose characters beyond the first 65,536 stand as pairs of surrogates, which no decoder takes. Clients
 * that encode a text unit by unit write them so: the mini-program SDK of Sensors Data does. A half alone becomes U+FFFD.
 * Bytes without any are given back themselves.
 */
export function fromCesu8(bytes: Uint8Array): Uint8Array {
  let at = nextHalf(bytes, 0);
  if (at < 0) return bytes;
  const out = new Uint8Array(bytes.length);
  let [length, from] = [0, 0];
  for (; at >= 0; at = nextHalf(bytes, from)) {
    out.set(bytes.subarray(from, at), length);
    length += at - from;
    const isPair = isHigh(bytes[at + 1]) && bytes[at + 3] === LEAD && isLow(bytes[at + 4]);
    out.set(isPair ? astral(bytes, at) : [0xef, 0xbf, 0xbd], length);
    length += isPair ? 4 : 3;
    from = at + (isPair ? 6 : 3);
  }
  out.set(bytes.subarray(from), length);
  return out.subarray(0, length + bytes.length - from);
}

function nextHalf(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LEAD, from); at >= 0; at = bytes.indexOf(LEAD, at + 1))
    if (bytes[at + 1]! >= 0xa0 && at + 2 < bytes.length) return at;
  return -1;
}

function astral(bytes: Uint8Array, at: number): number[] {
  const unit = (i: number) => ((bytes[i]! & 0x0f) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f);
  const point = 0x10000 + ((unit(at) - 0xd800) << 10) + (unit(at + 3) - 0xdc00);
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
}
