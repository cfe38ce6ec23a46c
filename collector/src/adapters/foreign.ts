import type { Adapter } from './adapter.js';
import { sensors } from './sensors.js';
import { snowplow } from './snowplow.js';

/** What translates a form that is not ours, by a short name that frames and metrics bear. */
export interface ForeignForm {
  by: string;
  adapt: Adapter;
}

const SENSORS: ForeignForm = { by: 'sensors', adapt: sensors };
const SNOWPLOW: ForeignForm = { by: 'snowplow', adapt: snowplow };

/** By the path that its clients send to. A host that must stay small leaves them out. */
export const FOREIGN: Record<string, ForeignForm> = {
  '/sa': SENSORS,
  '/sa.gif': SENSORS,
  '/i': SNOWPLOW,
  '/com.snowplowanalytics.snowplow/tp2': SNOWPLOW,
};
