import type { Tracker } from '../core/index.js';
import { showDebug } from './overlay.js';

/** Loaded by `perennial.debug()`; the page's one global is all that it needs. */
const { perennial } = window as unknown as { perennial?: Tracker };
if (perennial) showDebug(perennial);
