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
  });
}

const formsOf = ({ options, sources = [], activations = [] }: Plugin): OptionsClass[] => [
  options,
  ...sources.flatMap((part) => sourceFacts(part)?.mapping ?? []),
  ...activations.flatMap((part) => activationFacts(part)?.destination ?? []),
];
