import { definePlugin } from '@perennial/kit';
import { CsvFile } from './file-source.js';
import { CsvOptions } from './options.js';

export { CsvFile } from './file-source.js';
export { CsvMapping } from './mapping.js';
export { CsvOptions } from './options.js';
export { ONLINE_RETAIL } from './presets/online-retail.js';

/** Imports files of events and of facts about people. */
export const csv = definePlugin({
  name: 'csv',
  version: '0.1.0',
  title: { zh: 'CSV 导入', en: 'CSV import' },
  requires: { core: '^0.1.0' },
  options: CsvOptions,
  sources: [CsvFile],
});
