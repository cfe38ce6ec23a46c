// npm leaves an optional platform package out of package-lock.json when the registry at hand could not serve it,
// and `npm ci` then refuses that lock elsewhere. Run this after every `npm install`: it writes the missing entries
// from their parents' exact pins. `tests/fences/lock.spec.ts` fails when an entry is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony', 'openbsd', 'netbsd', 'sunos', 'aix'];
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];
const ARM_VARIANT = /^(arm(v7)?|gnueabihf|musleabihf|eabi)$/;

/** Where a package asked for by `from` is found in the lock, by Node's own walk up the folders. */
function locate(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const key = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (packages[key]) return key;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] && `node_modules/${name}`;
  }
}

/** Every optional dependency that a locked package names and the lock does not hold: `[parent, name, range]`. */
export function missingOptionals(packages) {
  return Object.entries(packages).flatMap(([parent, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !locate(packages, parent, name))
      .map(([name, range]) => ({ parent, name, range })),
  );
}

function entryFor(name, range, isDev) {
  const pin = /^(?:npm:.*@)?[\^~]?(\d[^ ]*)$/.exec(range);
  if (!pin) throw new Error(`cannot read the version "${range}" of ${name}`);
  const words = name.split(/[-/_]/);
  const os = OS.filter((word) => words.includes(word));
  const cpu = CPU.filter((word) => words.includes(word) || (word === 'arm' && words.some((w) => ARM_VARIANT.test(w))));
  const libc = words.some((w) => w.startsWith('musl'))
    ? ['musl']
    : words.some((w) => w.startsWith('gnu'))
      ? ['glibc']
      : [];
  return {
    version: pin[1],
    ...(cpu.length > 0 && { cpu }),
    ...(isDev && { dev: true }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

export function completeLock(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingOptionals(lock.packages);
  for (const { parent, name, range } of missing)
    lock.packages[`node_modules/${name}`] = entryFor(name, range, lock.packages[parent].dev);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  return missing.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`completed ${completeLock('package-lock.json')} entries of package-lock.json`);
