import type { JsonObject, PluginView } from '@perennial/contract';
import { activationFacts, formOf, hookHandlers, modelFacts, sourceFacts, type Plugin } from '@perennial/kit';
import type { DataSource } from 'typeorm';
import { upsertRows } from '../database/index.js';
import type { KeyRing } from '../identity/index.js';
import type { Host } from './host.js';
import { keepOptions, openOptions, showOptions, type KeptOptions } from './secrets.js';

/** Options that operators set in the admin, over those of the configuration file. */
export class PluginOptions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly host: Host,
    private readonly keys: KeyRing,
    private readonly now: () => number,
  ) {}

  /** Puts what was saved into the plugins, at the start. */
  async load(): Promise<void> {
    const rows = await this.dataSource.query<(KeptOptions & { plugin: string })[]>('SELECT * FROM plugin_options');
    const names = new Set(this.host.plugins.map(({ name }) => name));
    for (const row of rows) if (names.has(row.plugin)) this.host.setOptions(row.plugin, openOptions(row, this.keys));
  }

  async save(name: string, values: JsonObject): Promise<PluginView> {
    const plugin = this.host.plugin(name);
    const known = JSON.parse(JSON.stringify(plugin.configured)) as JsonObject;
    const kept = keepOptions(plugin.options, values, known, this.keys);
    this.host.setOptions(name, openOptions(kept, this.keys));
    await upsertRows(
      this.dataSource.manager,
      'plugin_options',
      ['plugin'],
      ['plugin', 'options', 'secrets', 'updated_at'],
      [[name, kept.options, kept.secrets, this.now()]],
    );
    return pluginView(plugin);
  }
}

export function pluginView(plugin: Plugin): PluginView {
  const {
    name,
    version,
    title,
    options,
    configured,
    sources = [],
    models = [],
    activations = [],
    hooks = [],
    tags = [],
  } = plugin;
  return {
    name,
    version,
    title,
    fields: formOf(options),
    ...showOptions(options, configured),
    parts: [
      ...sources.map((part) => ({ kind: 'source' as const, ...pick(sourceFacts(part)!) })),
      ...models.map((part) => ({ kind: 'model' as const, ...pick(modelFacts(part)!) })),
      ...activations.map((part) => ({ kind: 'activation' as const, ...pick(activationFacts(part)!) })),
      ...hooks.flatMap((part) =>
        hookHandlers(part).map(({ hook }) => ({ kind: 'hook' as const, key: hook, title: { zh: hook, en: hook } })),
      ),
    ],
    tags: tags.map(({ key }) => key),
  };
}

const pick = ({ key, title }: Pick<PluginView['parts'][number], 'key' | 'title'>) => ({ key, title });
