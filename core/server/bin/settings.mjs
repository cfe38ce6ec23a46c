// What can be told of a wrong setting before anything is installed, so that nobody waits a minute for it. Core and
// collector check all of it once they run; names and kinds come from .env.example, which a test holds complete.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'PERENNIAL_';
const EXAMPLE = join(import.meta.dirname, '..', '..', '..', '.env.example');
const LINE = /^#? ?(PERENNIAL_[A-Z_]+)=(.*)$/gm;
/** Of the test run. */
const OTHERS = ['PERENNIAL_FORBID_SKIPS'];

const isAddress = (text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
const isZone = (name) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
};
const longerThan = (least) => (text) => text.length >= least;

/** What the form of a default does not tell: the test, and what it asks for. */
const RULES = {
  PUBLIC_URL: [isAddress, 'must be an address that begins with http:// or https://'],
  COLLECTOR_URL: [isAddress, 'must be an address that begins with http:// or https://'],
  CLICKHOUSE_URL: [isAddress, 'must be an address that begins with http:// or https://'],
  CORE_URL: [isAddress, 'must be an address that begins with http:// or https://'],
  DATABASE_URL: [(text) => /^(sqlite:.+|(mysql|mariadb):\/\/.+)$/.test(text), 'must begin with sqlite: or mysql://'],
  COLLECTOR_SECRET: [longerThan(16), 'must have at least 16 characters'],
  ADMIN_PASSWORD: [longerThan(10), 'must have at least 10 characters'],
  TIME_ZONE: [isZone, 'must be an IANA name such as Asia/Shanghai'],
  LOG_LEVEL: [(text) => ['debug', 'info', 'warn', 'error'].includes(text), 'must be debug, info, warn or error'],
  LOG: [(text) => ['http', 'nats'].includes(text), 'must be http or nats'],
};

const FORMS = [
  { fits: (value) => /^\d+$/.test(value), rule: [(text) => /^\s*\d+\s*$/.test(text), 'must be a whole number'] },
  { fits: (value) => /^(on|off)$/.test(value), rule: [(text) => /^(on|off)$/.test(text), 'must be on or off'] },
];

/** Every setting that is documented, with its default. */
export const documented = (example = readFileSync(EXAMPLE, 'utf8')) =>
  new Map([...example.matchAll(LINE)].map(([, name, value]) => [name, value]));

/** What is wrong, a sentence each; values are not printed. */
export function wrongSettings(env) {
  const known = documented();
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined && value !== '' && !OTHERS.includes(name))
    .flatMap(([name, value]) => {
      if (!known.has(name)) return [`${name} is no setting; did you mean ${nearest(name, [...known.keys()])}?`];
      const rule = RULES[name.slice(PREFIX.length)] ?? FORMS.find(({ fits }) => fits(known.get(name)))?.rule;
      return !rule || rule[0](value) ? [] : [`${name} ${rule[1]}`];
    });
}

const nearest = (name, names) => names.toSorted((a, b) => distance(a, name) - distance(b, name))[0];

/** Levenshtein distance. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
