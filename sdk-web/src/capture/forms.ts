import { addressOf } from '../browser/address.js';
import type { Fields } from '../core/index.js';
import type { Capture } from './capture.js';
import { elementOf } from './elements.js';
import { isSecret } from './secret.js';

const FIELD = 'data-perennial-field';

/** Forms that are begun and submitted. Of their fields only what the page marked with `data-perennial-field`, and no secrets. */
export function captureForms({ tracker, listening, options }: Capture): void {
  if (!options.forms) return;
  const begun = new WeakSet<Element>();
  listening.on(document, 'input change', (event) => {
    const field = elementOf(event);
    const form = field && field.closest('form');
    if (!form || begun.has(form)) return;
    begun.add(form);
    tracker.track('Form Started', describe(form));
  });
  listening.on(document, 'submit', (event) => {
    const form = elementOf(event);
    if (form instanceof HTMLFormElement) tracker.track('Form Submitted', { ...describe(form), ...markedFields(form) });
  });
}

/** By attribute: a field called `id` would stand in the way of the form's own. */
const describe = (form: Element): Fields => {
  const described: Fields = {};
  for (const name of ['id', 'name', 'action']) {
    const value = form.getAttribute(name);
    if (value) described[name] = addressOf(value.split('?')[0]!);
  }
  return described;
};

function markedFields(form: Element): Fields {
  const fields: Fields = {};
  for (const field of form.querySelectorAll<HTMLInputElement>(`[${FIELD}]`)) {
    const isLeftOpen = /radio|checkbox/.test(field.type) && !field.checked;
    if (!isSecret(field) && !isLeftOpen) fields[field.getAttribute(FIELD) || field.name] = field.value;
  }
  return Object.keys(fields).length > 0 ? { fields } : {};
}
