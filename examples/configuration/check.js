// Checks options before they are installed: `node examples/configuration/check.js '{ "exec": "worker.js", "worker": 4 }'`.
import { checkConfig } from 'proteus-cluster';

try {
  checkConfig(JSON.parse(process.argv[2] ?? '{}'));
  console.log('These options are right.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
