import { OBJECT_TYPES } from '@perennial/contract';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret } from './access/index.js';
import { readOrMake } from './config/index.js';
import { hireDemo } from './demo.consultants.js';
import type { Platform } from './platform.js';

export interface DemoFacts {
  people: number;
  seed: number;
  writeKey: string;
  doneFile: string;
}

const DEMO_SOURCE = 'demo';
const SEED = 1;
const KEY_WITHOUT_EFFECT =
  'PERENNIAL_DEMO_WRITE_KEY has no effect: it becomes the key of the demo source when demo data is first loaded (PERENNIAL_DEMO=on). Make a source in the admin, and take its key.';

/**
 * Makes the demo's source, key and catalogue when there is still demo data to be loaded; the starter does the loading.
 * `folder` holds a table for each type of object; `tell` hears of a write key that is set and in nobody's hands.
 */
export async function prepareDemo(
  platform: Platform,
  folder: string,
  tell: (why: string) => void = () => undefined,
): Promise<DemoFacts | undefined> {
  const {
    options: { config },
    sources,
    catalogue,
  } = platform;
  const doneFile = join(config.dataDir, 'demo.done');
  if (!config.demo || existsSync(doneFile)) {
    if (config.demoWriteKey && !(await sources.knowsKey(config.demoWriteKey))) tell(KEY_WITHOUT_EFFECT);
    return undefined;
  }
  const writeKey = config.demoWriteKey ?? readOrMake(join(config.dataDir, 'demo.key'), () => newSecret('wk_'));
  const isKnown = (await sources.list()).some(({ id }) => id === DEMO_SOURCE);
  if (!isKnown) {
    await sources.create('花漾 (demo)', 'demo', DEMO_SOURCE);
    await sources.addKey(DEMO_SOURCE, writeKey);
    for (const type of OBJECT_TYPES) await catalogue.import(type, await readFile(join(folder, `${type}.csv`)));
    await hireDemo(platform);
  }
  return { people: config.demoPeople, seed: SEED, writeKey, doneFile };
}
