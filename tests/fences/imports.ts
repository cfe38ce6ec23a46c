import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** One import of one file, by the room it comes from and what it names. */
export interface Import {
  file: string;
  specifier: string;
}

const LEFT_OUT = new Set(['node_modules', 'dist', 'planted', '.tmp']);
const IMPORT =
  /^\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function importsOf(root: string, folder: string): Import[] {
  return filesOf(join(root, folder)).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(IMPORT)].map((match) => ({
      file: relative(root, path),
      specifier: match[1] ?? match[2] ?? match[3]!,
    }));
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesOf(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

interface Fence {
  /** Files it stands around, by the beginning of their path. */
  around: string;
  isTest?: boolean;
  /** Refuses an import, with the reason. */
  refuses: (specifier: string, file: string) => string | undefined;
}

const isSpec = (file: string): boolean => /\.(spec|story)\.tsx?$/.test(file);
const OWN = /^@perennial\/(.+)$/;
const SERVER_SIDE = /^(@nestjs\/|typeorm|mysql2|@clickhouse\/|chdb|@photostructure\/)/;

/** A room that may use only some of our own packages; its specs may use the test helpers too. */
const only = (
  around: string,
  allowed: string[],
  more?: (specifier: string, file: string) => string | undefined,
): Fence => ({
  around,
  refuses: (specifier, file) => {
    const own = OWN.exec(specifier)?.[1];
    if (own && !allowed.includes(own) && !(isSpec(file) && own === 'testing'))
      return `${around} may not import ${specifier}`;
    return isSpec(file) ? undefined : more?.(specifier, file);
  },
});

const noNode = (room: string) => (specifier: string) =>
  specifier.startsWith('node:') ? `${room} must run without Node` : undefined;
const noServer = (room: string) => (specifier: string) =>
  SERVER_SIDE.test(specifier) ? `${room} knows no server-side packages` : undefined;

/** Kernels in their order: a later one may import an earlier one, through its front door alone. */
const KERNELS = ['identity', 'tag', 'lifecycle'];

function kernelFence(specifier: string, file: string): string | undefined {
  const target = relative('core/server/src', relative(process.cwd(), resolve(file, '..', specifier)));
  const kernel = /^core\/server\/src\/([a-z]+)\//.exec(file)?.[1] ?? '';
  const other = target.split('/')[0]!;
  if (!specifier.startsWith('.') || !KERNELS.includes(kernel) || !KERNELS.includes(other) || kernel === other)
    return undefined;
  if (KERNELS.indexOf(other) > KERNELS.indexOf(kernel)) return `${kernel} must not look up to ${other}`;
  return target === `${other}/index.js` ? undefined : `${kernel} must enter ${other} through its index`;
}

/** What a page or a mini program runs of a plugin: it may build on the tracker's heart, and on nothing of a server. */
const TRACKER = /^plugins\/[^/]+\/src\/tracker\//;
const HEART = '@perennial/sdk-web/core';

function trackerFence(specifier: string, file: string): string | undefined {
  if (specifier.startsWith('@perennial/plugin-')) return 'plugins do not know each other';
  if (specifier === HEART) return TRACKER.test(file) ? undefined : `only a plugin's tracker may import ${HEART}`;
  if (!TRACKER.test(file)) return undefined;
  if (specifier.startsWith('@perennial/')) return `a plugin's tracker may import ${HEART} alone`;
  return noNode("a plugin's tracker")(specifier) ?? noServer("a plugin's tracker")(specifier);
}

export const FENCES: Fence[] = [
  only('core/contract/src', [], (specifier) => (specifier.startsWith('.') ? undefined : 'contract imports nothing')),
  only('core/kit/src', ['contract']),
  only('core/server/src', ['contract', 'kit'], kernelFence),
  only('core/testing/src', ['contract', 'kit', 'server']),
  only('plugins', ['contract', 'kit', 'sdk-web/core'], trackerFence),
  only('collector/src', ['contract'], (specifier, file) =>
    file.includes('/runtime/')
      ? noServer('collector')(specifier)
      : (noNode('collector')(specifier) ?? noServer('collector')(specifier)),
  ),
  only('sdk-web/src/core', [], (specifier) =>
    specifier.startsWith('./') ? undefined : 'the heart of the tracker imports only its own parts',
  ),
  only('sdk-web/src', ['contract'], (specifier) => noNode('sdk-web')(specifier) ?? noServer('sdk-web')(specifier)),
  only('admin/src', ['contract'], (specifier) => noNode('admin')(specifier) ?? noServer('admin')(specifier)),
];

/** Every import that climbs out of its own room, or that a fence refuses, as a sentence. */
export function trespasses(imports: Import[]): string[] {
  return imports.flatMap(({ file, specifier }) => {
    const fence = FENCES.find(({ around }) => file.startsWith(around));
    const room = /^(core\/[a-z]+|plugins\/[a-z-]+|collector|sdk-web|admin|tests)\//.exec(file)?.[1] ?? '';
    const lands = specifier.startsWith('.') ? relative(process.cwd(), resolve(file, '..', specifier)) : undefined;
    if (lands !== undefined && !lands.startsWith(`${room}/`) && !isSpec(file))
      return [`${file}: ${specifier} leaves ${room}`];
    if (/^@perennial\/[^/]+\/.+/.test(specifier) && specifier !== HEART)
      return [`${file}: ${specifier} goes in by a back door`];
    const reason = fence?.refuses(specifier, file);
    return reason ? [`${file}: ${reason}`] : [];
  });
}
