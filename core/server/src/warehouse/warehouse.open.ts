import type { EmbeddedOptions } from './embedded/supervisor.js';
import { EngineSupervisor } from './embedded/supervisor.js';
import { RemoteEndpoint } from './endpoint.remote.js';
import { ClickHouseWarehouse } from './warehouse.client.js';

export interface WarehouseOptions extends EmbeddedOptions {
  /** A ClickHouse server; absent: the embedded engine on `directory`. */
  url?: string | undefined;
}

/** The warehouse the configuration asks for; nothing is started or sent before its first use. */
export const openWarehouse = ({ url, ...embedded }: WarehouseOptions): ClickHouseWarehouse =>
  new ClickHouseWarehouse(url ? new RemoteEndpoint(url) : new EngineSupervisor(embedded));
