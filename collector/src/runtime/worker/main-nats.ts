import { publishToNats } from './nats-publish.js';
import { entryOf } from './worker.js';

/** The same with NATS for `PERENNIAL_LOG=nats`; the client of NATS makes it larger. */
// oxlint-disable-next-line import/no-default-export -- the runtimes look for exactly this
export default entryOf({ nats: (settings) => publishToNats(settings) });
