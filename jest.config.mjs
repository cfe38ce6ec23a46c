// One run over all rooms: one summary, nothing skipped without being counted. `*.spec.ts` are pure and fast,
// `*.int.spec.ts` open real stores, `*.story.ts` start the whole system.
const ts = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'es6' },
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true, decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
            react: { runtime: 'automatic' },
          },
          keepClassNames: true,
        },
      },
    ],
  },
};

const room = (folder, environment = 'node', more = {}) => ({
  ...ts,
  displayName: folder,
  rootDir: `${import.meta.dirname}/${folder}`,
  testMatch: ['<rootDir>/**/*.spec.ts', '<rootDir>/**/*.spec.tsx', '<rootDir>/**/*.story.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fences/planted/'],
  testEnvironment: environment,
  testEnvironmentOptions: {
    customExportConditions: ['@perennial/source', ...(environment === 'node' ? ['node', 'node-addons'] : ['browser'])],
  },
  ...more,
});

export default {
  projects: [
    room('core/contract'),
    room('core/kit'),
    room('core/server'),
    room('core/testing'),
    room('plugins'),
    room('collector'),
    room('sdk-web', 'jsdom', { setupFiles: ['<rootDir>/jest.setup.mjs'] }),
    room('admin', 'jsdom', { setupFiles: ['<rootDir>/jest.setup.mjs'] }),
    room('tests'),
  ],
  // Suites wait for disks, servers and clocks more than they reckon: one worker for each core, where jest would take one less.
  maxWorkers: '100%',
  // A limit for tests that hang, not for machines that are slow: three times slower than a quiet one must still be green.
  testTimeout: 30_000,
  coverageProvider: 'babel',
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/tests/tools/closing-line.mjs'],
};
