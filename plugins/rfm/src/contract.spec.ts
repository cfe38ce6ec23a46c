import { describeModel, describePlugin } from '@perennial/testing';
import { rfm } from './index.js';
import { RfmModel } from './model.js';
import { RfmOptions } from './options.js';

const customers = Array.from({ length: 50 }, (_, n) => ({
  profile: n + 1,
  recency: (n * 37) % 300,
  frequency: 1 + ((n * 7) % 9),
  monetary: 50 + ((n * 113) % 900),
}));
const context = {
  rows: <T>() => Promise.resolve(customers as T[]),
  now: 1_700_000_000_000,
  signal: AbortSignal.timeout(60_000),
};

describePlugin(rfm());
describeModel(rfm(), RfmModel, () => new RfmModel(new RfmOptions()), context);
