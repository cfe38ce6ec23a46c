import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { callers } from './callers.js';
import { sendAll } from './client.js';
import { generate, type DemoEvent } from './generate.js';

/** About what a person of this brand does in a year; only for the progress bar. */
const EVENTS_PER_PERSON = 23;

export async function main(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      people: { type: 'string', default: '5000' },
      seed: { type: 'string', default: '1' },
      to: { type: 'string', default: 'http://127.0.0.1:3001' },
      key: { type: 'string' },
      until: { type: 'string' },
      truth: { type: 'string' },
    },
  });
  const writeKey = values.key ?? process.env['PERENNIAL_DEMO_WRITE_KEY'];
  if (!writeKey) throw new Error('a write key is needed: --key or PERENNIAL_DEMO_WRITE_KEY');
  const people = Number(values.people);
  const until = values.until ? Date.parse(values.until) : Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const events = generate({ people, seed: Number(values.seed), until });
  const show = progressBar(people * EVENTS_PER_PERSON);
  const client = { to: values.to, writeKey };
  const sent = await sendAll(envelopesOf(events, values.truth), client, show);
  // A told year ends where it was told to; only one that ends now has somebody on the phone.
  if (!values.until)
    await sendAll(callers({ people, seed: Number(values.seed), now: Date.now() }), client, () => undefined);
  process.stdout.write(
    `\r${' '.repeat(70)}\rDemo data: ${sent.toLocaleString('en')} events of ${people.toLocaleString('en')} people.\n`,
  );
}

function* envelopesOf(events: Iterable<DemoEvent>, truthFile: string | undefined) {
  const truth = truthFile ? createWriteStream(truthFile) : undefined;
  for (const { person, envelope } of events) {
    truth?.write(`${JSON.stringify({ messageId: envelope.messageId, person })}\n`);
    yield envelope;
  }
  truth?.end();
}

function progressBar(expected: number): (sent: number) => void {
  const isLive = process.stdout.isTTY;
  let last = 0;
  return (sent) => {
    const now = Date.now();
    if (now - last < (isLive ? 100 : 5_000)) return;
    last = now;
    const share = Math.min(0.99, sent / expected);
    const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░');
    process.stdout.write(
      isLive ? `\rLoading demo data ${bar} ${Math.round(share * 100)} %` : `Loading demo data: ${sent} events\n`,
    );
  };
}
