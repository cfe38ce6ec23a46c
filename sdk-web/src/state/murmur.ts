const encoder = new TextEncoder();
const { imul } = Math;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** MurmurHash3, x86, 32 bits, over the UTF-8 bytes of a text: even, quick, and the same in any language that a server has. */
export function murmur3(text: string, seed = 0): number {
  const bytes = encoder.encode(text);
  let hash = seed;
  for (let at = 0; at < bytes.length; at += 4) {
    const length = bytes.length - at < 4 ? bytes.length - at : 4;
    let block = 0;
    for (let i = length; i--;) block = (block << 8) | bytes[at + i]!;
    hash ^= imul(rotate(imul(block, 0xcc9e2d51), 15), 0x1b873593);
    // A tail shorter than a block is not stirred on.
    if (length === 4) hash = imul(rotate(hash, 13), 5) + 0xe6546b64;
  }
  hash ^= bytes.length;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
