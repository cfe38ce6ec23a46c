import type { Fields } from '../core/index.js';

const LONGEST_TEXT = 80;
const FIELDS = 'input,select,textarea,[contenteditable]';
/** Long numbers (cards, ids, phones) and addresses of mail, wherever they stand in a text. */
const PERSONAL = /\d(?:[ -]?\d){6,}|\S+@\S+/g;

/** The element that was touched, also within a shadow tree; undefined below `data-perennial-off`. */
export function elementOf(event: Event): Element | undefined {
  const [target] = event.composedPath();
  return target instanceof Element && !target.closest('[data-perennial-off]') ? target : undefined;
}

/** What is written on an element, never what somebody typed into it. */
export function textOf(element: Element): string | undefined {
  if (element.closest(FIELDS) || element.querySelector(FIELDS)) return undefined;
  const text = (element.textContent || '').replace(/\s+/g, ' ').trim();
  return text.slice(0, LONGEST_TEXT).replace(PERSONAL, '***') || undefined;
}

/** Attributes `data-perennial-*` of a marked element, without the mark itself: `data-perennial-sku` is `sku`. */
export function markedProperties({ dataset }: HTMLElement): Fields {
  const properties: Fields = {};
  for (const key of Object.keys(dataset))
    if (key.startsWith('perennial') && key !== 'perennialClick')
      properties[key.charAt(9).toLowerCase() + key.slice(10)] = dataset[key];
  return properties;
}

const SECRET_KIND = /^(password|hidden|file)$/;
const SECRET_FILL = /^(cc-|current-p|new-p|one-time)/;
const SECRET_NAME = /pass|pwd|secret|token|card|cvv|cvc|ssn|iban|id_?(no|num|card)|身份|证件|卡号|密码/i;
const SECRET_VALUE = /^[\d -]{12,}[\dx]$/i;

/** Whether a field may never be read, not even when the page marked it. */
export function isSecret(field: HTMLInputElement): boolean {
  return (
    SECRET_KIND.test(field.type) ||
    SECRET_FILL.test(field.autocomplete) ||
    SECRET_NAME.test(`${field.name} ${field.id}`) ||
    SECRET_VALUE.test(field.value)
  );
}
