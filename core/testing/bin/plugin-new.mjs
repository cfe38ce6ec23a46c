// `npm run plugin:new NAME`: writes plugins/NAME, a plugin that passes its contract suite, to be made one's own.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '0.1.0';

const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase());
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Writes the files; throws a sentence for a name that is bad or taken. */
export function writePlugin(pluginsFolder, name) {
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(name ?? ''))
    throw new Error('The name takes lower case letters, digits and dashes, e.g. `npm run plugin:new night-owl`.');
  const folder = join(pluginsFolder, name);
  if (existsSync(folder)) throw new Error(`plugins/${name} exists already.`);
  for (const [path, text] of Object.entries(filesOf(name))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const filesOf = (name) => ({
  'package.json': json({
    name: `@perennial/plugin-${name}`,
    version: VERSION,
    private: true,
    type: 'module',
    exports: { '.': { '@perennial/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
    scripts: { build: 'tsc -b tsconfig.build.json' },
    dependencies: { '@perennial/contract': VERSION, '@perennial/kit': VERSION, 'class-validator': '0.15.1' },
    devDependencies: { '@perennial/testing': VERSION },
  }),
  'tsconfig.json': json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { noEmit: true, composite: false, incremental: false, declaration: false },
    include: ['**/*.ts'],
    exclude: ['dist', 'node_modules'],
  }),
  'tsconfig.build.json': json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src/**/*.ts'],
    exclude: ['**/*.spec.ts'],
    references: [{ path: '../../core/contract/tsconfig.build.json' }, { path: '../../core/kit/tsconfig.build.json' }],
  }),
  'README.md': `# ${name}\n\nWhat this plugin does, in one sentence.\n`,
  'src/index.ts': `import type { StageMoved } from '@perennial/contract';
import { definePlugin, Field, On } from '@perennial/kit';
import { IsBoolean } from 'class-validator';

export class ${pascal(name)}Options {
  @Field({ title: { zh: '启用', en: 'Enabled' } })
  @IsBoolean()
  isEnabled = true;
}

/** Counts moves into each stage, as a first example of hearing a hook. */
export class ${pascal(name)}Hooks {
  readonly counts = new Map<string, number>();

  constructor(private readonly options: ${pascal(name)}Options) {}

  @On('stage.moved')
  count({ to }: StageMoved): void {
    if (this.options.isEnabled) this.counts.set(to.stage, (this.counts.get(to.stage) ?? 0) + 1);
  }
}

export const ${camel(name)} = definePlugin({
  name: '${name}',
  version: '${VERSION}',
  title: { zh: '${name}', en: '${name}' },
  requires: { core: '^${VERSION}' },
  options: ${pascal(name)}Options,
  hooks: [${pascal(name)}Hooks],
});
`,
  'src/index.spec.ts': `import { describePlugin } from '@perennial/testing';
import { ${camel(name)} } from './index.js';

describePlugin(${camel(name)}());
`,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    writePlugin(join(import.meta.dirname, '../../../plugins'), process.argv[2]);
    console.log(`Wrote plugins/${process.argv[2]}. Run \`npm install\`, then list it in platform.config.mjs.`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
