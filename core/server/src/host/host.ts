import { PlatformError, type IdentifierKind, type JsonObject, type TagDefinition } from '@perennial/contract';
import {
  activationFacts,
  hookHandlers,
  modelFacts,
  readOptions,
  sourceFacts,
  type Activation,
  type ActivationFacts,
  type FileSource,
  type Model,
  type ModelFacts,
  type Part,
  type Plugin,
  type PullSource,
  type SourceFacts,
} from '@perennial/kit';
import type { HookSubscriber } from '../outbox/index.js';
import { PLUGIN } from './host.errors.js';
import { satisfies } from './rules/range.js';

export interface Built<T, F> {
  plugin: string;
  facts: F;
  part: T;
}

/** The plugins of an installation, checked, with their parts made. */
export class Host {
  readonly sources = new Map<string, Built<FileSource | PullSource, SourceFacts>>();
  readonly models = new Map<string, Built<Model, ModelFacts>>();
  readonly activations = new Map<string, Built<Activation, ActivationFacts>>();
  readonly subscribers: HookSubscriber[] = [];
  private readonly byName = new Map<string, Plugin>();

  /** Throws when a plugin does not suit this version of core, or two have one name. */
  constructor(plugins: Plugin[], coreVersion: string) {
    for (const plugin of plugins) this.add(plugin, coreVersion);
  }

  get plugins(): Plugin[] {
    return [...this.byName.values()];
  }

  plugin(name: string): Plugin {
    const plugin = this.byName.get(name);
    if (!plugin)
      throw new PlatformError(PLUGIN.ABSENT, 'there is no such plugin', { kind: 'absent', details: { plugin: name } });
    return plugin;
  }

  /** Tags that plugins bring. */
  tags(): TagDefinition[] {
    return this.plugins.flatMap(({ name, tags = [] }) =>
      tags.map((tag) => ({ ...tag, version: 1, owner: `plugin:${name}` })),
    );
  }

  identifierKinds(): IdentifierKind[] {
    return this.plugins.flatMap(({ identifierKinds = [] }) => identifierKinds);
  }

  /** Validates new option values and puts them into the instance that the plugin's parts hold, so they count at once. */
  setOptions(name: string, values: JsonObject): void {
    const plugin = this.plugin(name);
    Object.assign(plugin.configured, readOptions(plugin.options, values, `plugin ${name}`));
  }

  private add(plugin: Plugin, coreVersion: string): void {
    const { name, requires } = plugin;
    if (this.byName.has(name)) throw refusal(PLUGIN.NAME_TAKEN, `two plugins are called ${name}`, name);
    if (!satisfies(coreVersion, requires.core))
      throw refusal(PLUGIN.CORE_UNSUITABLE, `plugin ${name} needs core ${requires.core}; this is ${coreVersion}`, name);
    this.byName.set(name, plugin);
    const build = <T>(part: Part<T>) => buildPart(plugin, part);
    for (const part of plugin.sources ?? [])
      this.sources.set(sourceFacts(part)!.key, {
        plugin: name,
        facts: sourceFacts(part)!,
        part: build(part) as FileSource,
      });
    for (const part of plugin.models ?? [])
      this.models.set(modelFacts(part)!.key, { plugin: name, facts: modelFacts(part)!, part: build(part) });
    for (const part of plugin.activations ?? [])
      this.activations.set(activationFacts(part)!.key, {
        plugin: name,
        facts: activationFacts(part)!,
        part: build(part),
      });
    for (const part of plugin.hooks ?? []) this.subscribers.push(...subscribe(name, part, build(part)));
  }
}

function subscribe(plugin: string, part: Part<object>, instance: object): HookSubscriber[] {
  return hookHandlers(part).map(({ hook, method }) => ({
    id: `${plugin}.${part.name}.${method}`,
    hook,
    hear: (payload) => (instance as Record<string, (payload: unknown) => void | Promise<void>>)[method]!(payload),
  }));
}

/** A part is given its plugin's options and nothing else: what it works on comes with each call. */
function buildPart<T>(plugin: Plugin, part: Part<T>): T {
  if (part.length > 1)
    throw refusal(PLUGIN.PART_UNBUILDABLE, `${part.name} may ask only for ${plugin.options.name}`, plugin.name);
  return new part(plugin.configured as never);
}

const refusal = (code: string, message: string, plugin: string): PlatformError =>
  new PlatformError(code, message, { kind: 'invalid', details: { plugin } });
