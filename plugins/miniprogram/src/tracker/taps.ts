import type { Fields } from '@perennial/sdk-web/core';

/** As much of a runtime's event as is looked at. */
export interface RuntimeEvent {
  type?: string;
  currentTarget?: { id?: string; dataset?: Fields };
}

const MARK = 'perennial';

/**
 * What a tap on a marked element says: `data-perennial` names the event, `data-perennial-sku` is its property `sku`. Only
 * the element whose handler runs counts, so that a tap that bubbles is no second tap on the inner one.
 */
export function tapOf({ type, currentTarget }: RuntimeEvent): [event: string, properties: Fields] | undefined {
  const { dataset = {}, id } = currentTarget || {};
  if (!/^(long)?(tap|press)$/i.test(String(type)) || dataset[MARK] === undefined) return undefined;
  const properties: Fields = { id: id || undefined };
  for (const key of Object.keys(dataset))
    if (key !== MARK && key.indexOf(MARK) === 0)
      properties[key.charAt(MARK.length).toLowerCase() + key.slice(MARK.length + 1)] = dataset[key];
  return [(dataset[MARK] as string) || 'Element Tapped', properties];
}
