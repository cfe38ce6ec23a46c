/**
 * The dataset of the element whose tap a handler hears, read from a page's markup as the runtime would give it: names after
 * a dash in camel case, `{{...}}` filled in.
 */
export function datasetOf(markup: string, handler: string, data: Record<string, string> = {}): Record<string, string> {
  const element = markup.split('<').find((text) => text.includes(`bindtap="${handler}"`));
  if (!element) throw new Error(`no element has the handler ${handler}`);
  const pairs = [...element.matchAll(/data-([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [
    name!.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value!.replace(/\{\{(\w+)\}\}/g, (_, key: string) => data[key] ?? ''),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
