import type { RequestFacts } from '@perennial/contract';
import { BoundedMap } from './bounded-map.js';
import { GeoFile } from './geo-file.js';
import type { Log } from './log.js';
import { readUserAgent } from './user-agent.js';

/** A user agent takes 40 microseconds to read, and a site meets some thousands of them. */
const MOST_AGENTS = 5_000;
const NOTHING: RequestFacts = {};

/** What a request tells by itself: its user agent, and its address where the operator has a file of places. */
export class Facts {
  private readonly agents = new BoundedMap<string, RequestFacts>(MOST_AGENTS);
  private readonly geo: GeoFile | undefined;

  constructor(geoFile: string | undefined, log: Log) {
    this.geo = geoFile === undefined ? undefined : new GeoFile(geoFile, log);
  }

  async start(): Promise<void> {
    await this.geo?.start();
  }

  stop(): void {
    this.geo?.stop();
  }

  of(userAgent: string | undefined, address: string | undefined): RequestFacts {
    const agent = userAgent ? this.agents.get(userAgent, readUserAgent) : NOTHING;
    return this.geo ? { ...agent, ...this.geo.placeOf(address) } : agent;
  }
}
