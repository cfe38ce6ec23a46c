import type { PerennialOptions } from './options.js';

/** Another script of the tracker's, from where the first one came. */
export function loadScript({ endpoint, trust = String }: PerennialOptions, name: string): HTMLScriptElement {
  const script = document.createElement('script');
  script.src = trust(`${endpoint}/perennial-${name}.js`);
  document.head.appendChild(script);
  return script;
}
