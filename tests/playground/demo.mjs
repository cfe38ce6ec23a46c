// Sends a year of an invented beauty brand through a collector: node tests/playground/demo.mjs --people 5000 --to URL --key KEY
import { main } from '../dist/playground/src/cli.js';

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
