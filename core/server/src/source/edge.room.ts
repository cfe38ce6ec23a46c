import type { DataSource } from 'typeorm';
import type { KeyRing } from '../identity/index.js';
import type { Zone } from '../time/zone.js';
import type { Warehouse } from '../warehouse/index.js';
import { Findings } from './findings.js';
import { Learning } from './learning.js';
import { PersonalOfSources } from './personal.js';
import { Settings } from './settings.js';
import type { Sources } from './sources.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  sources: Sources;
  keys: KeyRing;
  zone: Zone;
  now: () => number;
}

/** What core keeps for the edge: what collectors act by, and what they found. */
export class EdgeRoom {
  readonly settings: Settings;
  readonly findings: Findings;
  readonly learning: Learning;
  readonly personal: PersonalOfSources;

  constructor(tools: Tools) {
    this.settings = new Settings({ ...tools, hash: (text) => tools.keys.hash(text) });
    this.findings = new Findings(tools);
    this.learning = new Learning(tools);
    this.personal = new PersonalOfSources(tools.keys);
  }

  services(): [token: unknown, service: unknown][] {
    return [
      [Settings, this.settings],
      [Findings, this.findings],
      [Learning, this.learning],
    ];
  }
}
