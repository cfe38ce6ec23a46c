import { crc32, type JsonObject } from '@perennial/contract';
import type { Context } from 'hono';
import type { Adapted, Endpoint } from './adapters/adapter.js';
import type { ForeignForm } from './adapters/foreign.js';
import { turned, type Accepted, type Turned } from './answer.js';
import { readBody, unzip } from './body.js';
import { checkBody, type Checked } from './check.js';
import type { CollectorDeps, KnownKey } from './deps.js';
import type { Hold } from './in-flight.js';
import { glanceAt, parseBody, type Glanced } from './parse.js';
import type { ScrubInForce } from './policy/in-force.js';
import type { Received } from './receive.js';
import { headerOf, keepItems, keepWhole, type Request } from './keeping.js';
import { writeKeyOf } from './write-key.js';

const RETRY_SECONDS = 1;

/** A request in the tracking form, which is kept as it came. */
export async function judge(
  c: Context,
  endpoint: Endpoint,
  deps: CollectorDeps,
  hold: Hold,
): Promise<Accepted | Turned> {
  const received = deps.receive(c);
  const bytes = await readBody(received, hold);
  if ('status' in bytes) return bytes;
  const glanced = deps.glance && glanceAt(bytes, deps.glance);
  const body = glanced?.body ?? parseBody(bytes);
  const known = await admit(
    c,
    received,
    writeKeyOf(received, () => c.req.query('writeKey'), body),
    deps,
  );
  if ('status' in known) return known;
  const request = requestOf(received, endpoint, known, deps);
  if (known.policy?.scrub) return judgeScrubbed(parseBody(bytes), bytes, MALFORMED, request, known.policy.scrub);
  if (glanced) {
    const checked = checkBody(glanced.body, endpoint, request.header.receivedAt, bytes.length, zoneOf(request));
    if (isClean(checked) && isSurelyPlanned(glanced, endpoint, known)) return keepItems(request, bytes, checked);
  }
  const seen = glanced ? parseBody(bytes) : body;
  const checked = seen
    ? checkBody(seen, endpoint, request.header.receivedAt, bytes.length, zoneOf(request))
    : MALFORMED;
  if ('status' in checked) return keepWhole(request, bytes, checked);
  return keepItems(request, bytes, checked, known.policy?.plan?.of(seen!, endpoint, checked));
}

const zoneOf = ({ known }: Request) => known.policy?.zone;

const isClean = (checked: Checked | Turned): checked is Checked => 'errors' in checked && checked.errors.length === 0;

/** A glance takes escapes for characters of their own, so a text that bears any is compared in truth. */
const isSurelyPlanned = ({ body, hasEscapes }: Glanced, endpoint: Endpoint, { policy }: KnownKey): boolean =>
  !policy?.plan || (!hasEscapes() && policy.plan.fits(body, endpoint));

/** What the source's rules name is gone before anything else is done with the body. */
function judgeScrubbed(
  body: JsonObject | undefined,
  bytes: Uint8Array,
  unreadable: Turned,
  request: Request,
  scrub: ScrubInForce,
): Promise<Accepted | Turned> {
  const { header, deps } = request;
  if (!body) {
    const { bytes: nothing, stamp } = scrub.nothing(bytes);
    return keepWhole({ ...request, header: { ...header, scrubbed: stamp } }, nothing, unreadable);
  }
  const clean = scrub.clean(body, header.endpoint === 'batch', bytes);
  deps.metrics.count('scrubbed_values_total', clean.stamp.values);
  const scrubbed = { ...request, header: { ...header, scrubbed: clean.stamp } };
  const endpoint = header.endpoint as Endpoint;
  const checked = checkBody(clean.body, endpoint, header.receivedAt, clean.bytes.length, zoneOf(request));
  if ('status' in checked) return keepWhole(scrubbed, clean.bytes, checked);
  const planned = request.known.policy?.plan?.of(clean.body, endpoint, checked);
  return keepItems(scrubbed, clean.bytes, checked, planned);
}

/** A form that is not ours is translated before it is kept; its header says by what and from which bytes (decision 5). */
export async function judgeForeign(
  c: Context,
  form: ForeignForm,
  deps: CollectorDeps,
  hold: Hold,
): Promise<Accepted | Turned> {
  const { by } = form;
  const received = deps.receive(c);
  const bytes = c.req.method === 'GET' ? queryBytes(c) : await readBody(received, hold);
  if ('status' in bytes) return bytes;
  const adapted = await adapt(c, form, bytes, hold);
  if (adapted && 'status' in adapted) return adapted;
  const key = writeKeyOf(received, () => c.req.query('writeKey'), undefined) ?? adapted?.key ?? c.req.query('token');
  const known = await admit(c, received, key, deps);
  if ('status' in known) return known;
  const whole = requestOf(received, by, known, deps);
  const body = adapted && ({ batch: adapted.items } as JsonObject);
  const translated = body && encodeBody(body);
  if (!body || !translated) return keepUnread(whole, bytes, adapted ? TOO_DEEP : UNREADABLE);
  const from = { by, bytes: bytes.length, crc32: crc32(bytes) };
  const request = { ...whole, header: { ...whole.header, endpoint: 'batch', translated: from } };
  if (known.policy?.scrub) return judgeScrubbed(body, translated, UNREADABLE, request, known.policy.scrub);
  const checked = checkBody(body, 'batch', request.header.receivedAt, translated.length, zoneOf(request));
  if ('status' in checked) return keepWhole(whole, bytes, checked);
  return keepItems(request, translated, checked, known.policy?.plan?.of(body, 'batch', checked));
}

function keepUnread(request: Request, bytes: Uint8Array, why: Turned): Promise<Accepted | Turned> {
  const scrub = request.known.policy?.scrub;
  return scrub ? judgeScrubbed(undefined, bytes, why, request, scrub) : keepWhole(request, bytes, why);
}

/** Parsing knows no limit of depth, writing does (the stack): undefined beyond it. */
function encodeBody(body: JsonObject): Uint8Array | undefined {
  try {
    return encoder.encode(JSON.stringify(body));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const queryBytes = (c: Context): Uint8Array => encoder.encode(new URL(c.req.url).search.slice(1));

async function adapt(
  c: Context,
  form: ForeignForm,
  bytes: Uint8Array,
  hold: Hold,
): Promise<Adapted | Turned | undefined> {
  const gunzip = async (packed: Uint8Array) => {
    const unpacked = await unzip(packed, hold);
    if ('status' in unpacked) throw new Unpackable(unpacked);
    return unpacked;
  };
  try {
    return await form.adapt({ text: decoder.decode(bytes), query: (name) => c.req.query(name), gunzip });
  } catch (error) {
    if (error instanceof Unpackable) return error.why;
    throw error;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const UNREADABLE = turned(400, 'BODY_UNREADABLE', 'the body is not of the form that this endpoint takes');
const TOO_DEEP = turned(400, 'ENVELOPE_TOO_DEEP', 'the body is nested too deeply to be translated');
const MALFORMED = turned(400, 'ENVELOPE_JSON_MALFORMED', 'the body is no JSON object in UTF-8');

class Unpackable extends Error {
  constructor(readonly why: Turned) {
    super(why.message);
  }
}

interface Admitted extends KnownKey {
  key: string;
}

/** Finds the key's source, and asks its settings whether the request may come in. */
async function admit(
  c: Context,
  received: Received,
  key: string | undefined,
  deps: CollectorDeps,
): Promise<Admitted | Turned> {
  const found = key === undefined ? 'unknown' : await deps.sourceOf(key);
  if (found === 'unready') return turned(503, 'KEYS_UNREADY', 'the write keys are not known yet', RETRY_SECONDS);
  if (found === 'unknown' || key === undefined)
    return turned(401, 'WRITE_KEY_UNKNOWN', 'the write key is missing or unknown');
  const refused = found.policy?.refusal({ key, origin: received.header('origin') });
  if (refused) return refused;
  const { sourceId, policy } = found;
  return policy ? { sourceId, policy, key } : { sourceId, key };
}

function requestOf(received: Received, endpoint: string, known: Admitted, deps: CollectorDeps): Request {
  const { header, isBot } = headerOf(received, endpoint, known, deps);
  return { header, isBot, key: known.key, known, deps };
}
