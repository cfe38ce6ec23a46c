import { describe, expect, it } from '@jest/globals';
import type { Text } from '@perennial/contract';
import {
  activationFacts,
  formOf,
  hookHandlers,
  modelFacts,
  sourceFacts,
  type OptionsClass,
  type Plugin,
} from '@perennial/kit';
import { openDatabase, type DatabaseOptions } from '@perennial/server';
import { sqliteUrl } from '../database/index.js';

const isBilingual = (text: Text | undefined): boolean => Boolean(text?.zh.trim() && text.en.trim());

/** What every plugin keeps, whatever it does. Call it with the value that would stand in `plugins: []`. */
export function describePlugin(plugin: Plugin): void {
  describe(`plugin ${plugin.name}`, () => {
    it('is named, versioned and says which platform it needs', () => {
      expect(plugin.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(plugin.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(plugin.requires.core).toMatch(/^[\^~>=]*\s*\d+\.\d+\.\d+$/);
    });

    it('speaks both languages: itself, its parts, its tags and its forms', () => {
      const parts = [
        ...(plugin.sources ?? []).map(sourceFacts),
        ...(plugin.models ?? []).map(modelFacts),
        ...(plugin.activations ?? []).map(activationFacts),
      ];
      const texts = [
        plugin.title,
        ...parts.map((facts) => facts?.title),
        ...(plugin.tags ?? []).map(({ title }) => title),
      ];
      expect(texts.every(isBilingual)).toBe(true);
      expect(
        formsOf(plugin)
          .flatMap((form) => formOf(form))
          .filter(({ title }) => !isBilingual(title)),
      ).toEqual([]);
    });

    it('gives every tag a scenario, and begins its keys with its own name', () => {
      expect((plugin.tags ?? []).filter(({ scenario }) => !isBilingual(scenario))).toEqual([]);
      const keys = [
        ...(plugin.tags ?? []).map(({ key }) => key),
        ...(plugin.models ?? []).map((part) => modelFacts(part)!.key),
        ...(plugin.activations ?? []).map((part) => activationFacts(part)!.key),
        ...(plugin.sources ?? []).map((part) => sourceFacts(part)!.key),
      ];
      expect(keys.filter((key) => !key.startsWith(`${plugin.name}.`))).toEqual([]);
    });

    it('hears of merges and erasures when it keeps tables of its own', () => {
      const heard = new Set((plugin.hooks ?? []).flatMap((part) => hookHandlers(part).map(({ hook }) => hook)));
      const mustHear = (plugin.entities ?? []).length > 0 ? (['profile.merged', 'profile.erased'] as const) : [];
      expect(mustHear.filter((hook) => !heard.has(hook))).toEqual([]);
    });
    it('has migrations that may run again: a process may be killed between a change of tables and the note of it', async () => {
      const [entities, migrations] = [plugin.entities ?? [], plugin.migrations ?? []];
      if (migrations.length === 0) return;
      const { url, remove } = await sqliteUrl();
      const options = { url, tables: [], migrations: [], entities, pluginMigrations: migrations as Migration[] };
      const first = await openDatabase(options);
      await first.query('DELETE FROM migrations');
      await first.destroy();
      const again = await openDatabase(options);
      const { upQueries } = await again.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
      await again.destroy();
      await remove();
    });
  });
}

type Migration = NonNullable<DatabaseOptions['pluginMigrations']>[number];

const formsOf = ({ options, sources = [], activations = [] }: Plugin): OptionsClass[] => [
  options,
  ...sources.flatMap((part) => sourceFacts(part)?.mapping ?? []),
  ...activations.flatMap((part) => activationFacts(part)?.destination ?? []),
];
