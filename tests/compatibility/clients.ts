/** What each client of `node-clients.mjs` says, as events of ours and how often each. */
type Counts = Record<string, number>;

const BY_SERVER: Counts = {
  Visited: 1,
  $identify: 1,
  OrderCompleted: 1,
  Backdated: 1,
  $page: 1,
  $screen: 1,
  $group: 1,
  SaidBefore: 1,
  $alias: 1,
  Tick: 20,
};
const BY_JITSU: Counts = { Visited: 1, $identify: 1, OrderCompleted: 1, $page: 1, $group: 1, Tick: 20 };
const BY_SENSORS: Counts = {
  Visited: 1,
  $SignUp: 1,
  $identify: 1,
  OrderCompleted: 1,
  Backdated: 1,
  $profile_increment: 1,
  $profile_append: 1,
  Bare: 1,
  Tick: 20,
};
/** When the first visit was is said by the client itself; the oldest says it of an id that it never names again. */
const BY_OLD_MINI_PROGRAM: Counts = { Visited: 1, $SignUp: 1, $identify: 1, OrderCompleted: 1, Tick: 20 };
const BY_MINI_PROGRAM: Counts = { ...BY_OLD_MINI_PROGRAM, $profile_set_once: 1 };
const BY_SNOWPLOW: Counts = { OrderCompleted: 1, Backdated: 1, Tick: 20, $page: 1, screen_view: 1 };

export const NODE_CLIENTS: Record<string, Counts> = {
  'segment-node-1': BY_SERVER,
  'segment-node-2': BY_SERVER,
  'segment-node-3': BY_SERVER,
  'analytics-node-3': BY_SERVER,
  'analytics-node-6': BY_SERVER,
  'rudder-node-1': BY_SERVER,
  'rudder-node-2': BY_SERVER,
  'rudder-node-3': BY_SERVER,
  'rudder-node': BY_SERVER,
  'jitsu-node-1.7': BY_JITSU,
  'jitsu-node-1.10': BY_JITSU,
  'jitsu-node': BY_JITSU,
  'sensors-node-1.1': BY_SENSORS,
  'sensors-node': BY_SENSORS,
  'sensors-mini-1.14': BY_OLD_MINI_PROGRAM,
  'sensors-mini-1.14-batch': BY_OLD_MINI_PROGRAM,
  'sensors-mini-1.17': BY_MINI_PROGRAM,
  'sensors-mini-1.17-batch': BY_MINI_PROGRAM,
  'sensors-mini': { ...BY_MINI_PROGRAM, $bind: 1 },
  'sensors-mini-batch': { ...BY_MINI_PROGRAM, $bind: 1 },
  'snowplow-node-0': BY_SNOWPLOW,
  'snowplow-node-3': BY_SNOWPLOW,
  'snowplow-node-4.6': BY_SNOWPLOW,
  'snowplow-node': BY_SNOWPLOW,
};
