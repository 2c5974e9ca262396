import type { Environment } from '../host/environment.js';

/** A fixed environment, so that the result does not depend on the machine. */
export const simulatedEnvironment: Environment = {
  platform: 'linux',
  canReusePort: true,
  parallelism: 2,
  main: '/srv/app/worker.js',
  terminal: false,
  base: '/srv/app',
  cwd: '/srv/app',
  args: [],
  execArgv: [],
};
