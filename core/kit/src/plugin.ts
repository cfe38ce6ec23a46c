import {
  HOOK_NAMES,
  PlatformError,
  TAG_CATEGORIES,
  type IdentifierKind,
  type TagDefinition,
  type Text,
} from '@perennial/contract';
import { activationFacts, type Activation } from './activation.js';
import { hookHandlers } from './hook.js';
import { modelFacts, type Model } from './model.js';
import { readOptions, type OptionsClass } from './options.js';
import { sourceFacts, type FileSource, type PullSource } from './source.js';

/** A class that core creates: its constructor is given the plugin's options, always as they are now. */
export type Part<T> = new (...args: never[]) => T;

/** What a plugin is, as data that core reads before it runs anything of it. */
export interface PluginDeclaration<O extends object = object> {
  /** Lower case, dashes; begins every key and table of the plugin. */
  name: string;
  version: string;
  title: Text;
  /** Semver range of the platform that it works with. */
  requires: { core: string };
  options: OptionsClass<O>;
  sources?: Part<FileSource<never> | PullSource>[];
  models?: Part<Model>[];
  activations?: Part<Activation<never, never>>[];
  hooks?: Part<object>[];
  tags?: Omit<TagDefinition, 'version' | 'owner'>[];
  identifierKinds?: IdentifierKind[];
  /** TypeORM entity classes; table names begin with the plugin's name. */
  entities?: (new () => object)[];
  /** TypeORM migration classes; names begin with the plugin's name in Pascal case, because names decide what has run. Each may run again: ask first. */
  migrations?: (new () => object)[];
}

/** A plugin with its options: the value that stands in the operator's configuration. */
export interface Plugin<O extends object = object> extends PluginDeclaration<O> {
  configured: O;
}

/** Declares a plugin. The function it gives validates the options at once and makes the value for `plugins: []`. */
export function definePlugin<O extends object>(declaration: PluginDeclaration<O>): (options?: Partial<O>) => Plugin<O> {
  const problems = declarationProblems(declaration);
  if (problems.length > 0)
    throw new PlatformError('PLUGIN_DECLARATION_INVALID', `plugin ${declaration.name}: ${problems.join('; ')}`, {
      kind: 'invalid',
      details: { plugin: declaration.name },
    });
  return (options = {}) => ({
    ...declaration,
    configured: readOptions(declaration.options, options, `plugin ${declaration.name}`),
  });
}

function declarationProblems(plugin: PluginDeclaration): string[] {
  const isOurs = (key: string) => key === plugin.name || key.startsWith(`${plugin.name}.`);
  const unmarked = (parts: object[] = [], kind: string, marks: (part: object) => unknown) =>
    parts
      .filter((part) => !marks(part))
      .map((part) => `${(part as { name: string }).name} is no ${kind}: its decorator is missing`);
  return [
    ...(/^[a-z][a-z0-9-]*$/.test(plugin.name) ? [] : ['the name must be lower case with dashes']),
    ...unmarked(plugin.sources, 'source', sourceFacts),
    ...unmarked(plugin.models, 'model', modelFacts),
    ...unmarked(plugin.activations, 'activation', activationFacts),
    ...unmarked(plugin.hooks, 'hook handler', (part) => hookHandlers(part).length > 0),
    ...(plugin.tags ?? [])
      .filter((tag) => !isOurs(tag.key))
      .map((tag) => `tag ${tag.key} must begin with "${plugin.name}."`),
    ...(plugin.tags ?? [])
      .filter((tag) => !TAG_CATEGORIES.includes(tag.category))
      .map((tag) => `tag ${tag.key} has no known category`),
    ...(plugin.hooks ?? [])
      .flatMap((part) => hookHandlers(part))
      .filter(({ hook }) => !HOOK_NAMES.includes(hook))
      .map(({ hook }) => `hook ${hook} does not exist`),
    ...undeclaredTags(plugin),
  ];
}

function undeclaredTags({ models = [], tags = [] }: PluginDeclaration): string[] {
  const declared = new Set(tags.map((tag) => tag.key));
  return models
    .flatMap((model) => modelFacts(model)?.writes ?? [])
    .filter((key) => !declared.has(key))
    .map((key) => `tag ${key} is written by a model and not declared`);
}
