import { createLease } from '../browser/lease.js';
import type { Start } from '../client.js';
import { captureAllClicks } from './all-clicks.js';
import type { Capture } from './capture.js';
import { captureEngagement } from './engagement.js';
import { captureForms } from './forms.js';
import { captureHistory } from './history.js';

/** What only some pages ask for, and what only some browsers need. */
export const PARTS: Start[] = [captureAllClicks, captureForms, captureEngagement, captureHistory, takeTurns];

function takeTurns({ turns, options }: Capture): void {
  if (turns.storage) turns.lease = createLease(turns.storage, options.writeKey);
}
