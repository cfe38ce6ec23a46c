import { headers, type MsgHdrs } from '@nats-io/transport-node';

export function headersOf(values: Record<string, string>): MsgHdrs {
  const made = headers();
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}
