import type { JsonObject } from '@perennial/contract';

/** What analytics-next asks before it sends: the one integration is the collector itself. */
export const segmentSettings = (writeKey: string, host: string): JsonObject => ({
  integrations: { 'Segment.io': { apiKey: writeKey, apiHost: `${host}/v1`, unbundledIntegrations: [] } },
  plan: { track: { __default: { enabled: true, integrations: {} } } },
  edgeFunction: {},
  analyticsNextEnabled: true,
});

/** What RudderStack's browser client asks before it sends: a source without destinations and without its own reports. */
export const rudderSettings = (writeKey: string): JsonObject => ({
  source: {
    id: 'perennial',
    name: 'perennial',
    writeKey,
    enabled: true,
    workspaceId: 'perennial',
    config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
    connections: [],
    destinations: [],
    dataplanes: {},
  },
  updatedAt: '2026-01-01T00:00:00.000Z',
});
