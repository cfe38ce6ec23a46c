/** What such a file can hold of a record. */
export type MmdbValue = string | number | MmdbValue[] | { [key: string]: MmdbValue };

interface Node {
  branches: [Branch, Branch];
}
type Branch = Node | { record: MmdbValue } | undefined;

const MARKER = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
const RECORD_BITS = 28;
const SEPARATOR_BYTES = 16;

/** A tiny MaxMind DB (format 2.0, IPv4 addresses) of networks (`203.0.113.0/24`) and their records, for tests. */
export function writeMmdb(networks: Record<string, MmdbValue>, databaseType = 'Test-City'): Buffer {
  const root: Node = { branches: [undefined, undefined] };
  for (const [network, record] of Object.entries(networks)) plant(root, network, record);
  const nodes = nodesOf(root);
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const data: Buffer[] = [];
  let size = 0;
  const place = (branch: Branch): number => {
    if (!branch) return nodes.length;
    if ('branches' in branch) return numbers.get(branch)!;
    const at = nodes.length + SEPARATOR_BYTES + size;
    const bytes = encode(branch.record);
    data.push(bytes);
    size += bytes.length;
    return at;
  };
  const tree = nodes.map(({ branches: [left, right] }) => pair(place(left), place(right)));
  return Buffer.concat([...tree, Buffer.alloc(SEPARATOR_BYTES), ...data, MARKER, metadata(nodes.length, databaseType)]);
}

function plant(root: Node, network: string, record: MmdbValue): void {
  const [address = '', length = '32'] = network.split('/');
  const bits = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
    .slice(0, Number(length));
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const side = Number(bit) as 0 | 1;
    const next = node.branches[side];
    node = next && 'branches' in next ? next : (node.branches[side] = { branches: [undefined, undefined] });
  }
  node.branches[Number(bits.at(-1)) as 0 | 1] = { record };
}

function nodesOf(node: Node): Node[] {
  return [node, ...node.branches.flatMap((branch) => (branch && 'branches' in branch ? nodesOf(branch) : []))];
}

/** Two records of 28 bits: three bytes each, and their highest four bits share the byte between. */
function pair(left: number, right: number): Buffer {
  const bytes = Buffer.alloc((RECORD_BITS * 2) / 8);
  bytes.writeUIntBE(left & 0xffffff, 0, 3);
  bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
  bytes.writeUIntBE(right & 0xffffff, 4, 3);
  return bytes;
}

const TYPES = { text: 2, uint32: 6, map: 7, list: 11 } as const;

/** The type in the first three bits (those above 7 in a byte of their own), the size in the rest. */
function head(type: number, size: number): Buffer {
  const short = size < 29 ? size : 29;
  const more = size < 29 ? [] : [size - 29];
  return type > 7 ? Buffer.from([short, type - 7, ...more]) : Buffer.from([(type << 5) | short, ...more]);
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([head(TYPES.text, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([head(TYPES.uint32, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([head(TYPES.list, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    head(TYPES.map, entries.length),
    ...entries.flatMap(([key, part]) => [encode(key), encode(part)]),
  ]);
}

const metadata = (nodes: number, type: string): Buffer =>
  encode({
    node_count: nodes,
    record_size: RECORD_BITS,
    ip_version: 4,
    database_type: type,
    languages: ['zh-CN', 'en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000,
    description: { en: 'for tests' },
  });
