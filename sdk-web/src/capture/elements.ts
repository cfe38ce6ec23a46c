import { cut, maskText, type Fields } from '../core/index.js';

const LONGEST_TEXT = 80;
const FIELDS = 'input,select,textarea,[contenteditable]';
/** Cards, ids, phones, orders: nobody wrote them on a button for everybody. */
const NUMBER = /\d([ -]?\d){6,}/g;

/** The element that was touched, also within a shadow tree; undefined below `data-perennial-off`. */
export function elementOf(event: Event): Element | undefined {
  const [target] = event.composedPath();
  return target instanceof Element && !target.closest('[data-perennial-off]') ? target : undefined;
}

/** What is written on an element, never what somebody typed into it. */
export function textOf(element: Element): string | undefined {
  if (element.closest(FIELDS) || element.querySelector(FIELDS)) return undefined;
  const text = (element.textContent || '').replace(/\s+/g, ' ').trim();
  // What is personal is found before the text is cut through it.
  return cut(maskText(text).replace(NUMBER, '***'), LONGEST_TEXT) || undefined;
}

/** Attributes `data-perennial-*` of a marked element, without the mark itself: `data-perennial-sku` is `sku`. */
export function markedProperties({ dataset }: HTMLElement): Fields {
  const properties: Fields = {};
  for (const key of Object.keys(dataset))
    if (key.startsWith('perennial') && key !== 'perennialClick')
      properties[key.charAt(9).toLowerCase() + key.slice(10)] = dataset[key];
  return properties;
}
