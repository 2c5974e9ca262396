// What the command does, as a program: `node examples/configuration/master.js [profile]`.
import { join } from 'node:path';
import { reportError } from 'proteus-cluster';
import { loadConfig, runServices } from 'proteus-cluster/services';

// A failure of our own code is in the log as well.
process.on('unhandledRejection', reportError);

try {
  const config = await loadConfig(join(import.meta.dirname, 'proteus.config.js'), { profile: process.argv[2] });
  console.log(`starts ${config.services.map(({ name }) => name).join(' and ')}`);
  runServices(config).subscribe({ error: () => (process.exitCode = 1) });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
