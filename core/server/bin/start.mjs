// `npm start`: installs and builds when needed, then runs the platform until Ctrl-C.
import { readEnvFile } from './env-file.mjs';
import { prepare } from './prepare.mjs';
import { wrongSettings } from './settings.mjs';

const envFile = readEnvFile();
if (envFile) console.log(`Settings of ${envFile}; the environment wins.`);
const wrong = wrongSettings(process.env);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
prepare();
await import('./run.mjs');
