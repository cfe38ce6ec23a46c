import { entryOf } from './worker.js';

/** For Workers, Deno (`deno serve`) and Bun: requests go straight to core. */
// oxlint-disable-next-line import/no-default-export -- the runtimes look for exactly this
export default entryOf();
