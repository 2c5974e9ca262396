// A job runner and a web service that needs it: `node examples/configuration/master.js production`.
import { defineConfig } from 'proteus-cluster/services';

export default defineConfig({
  // For both services.
  log: { level: 'info' },
  services: {
    jobs: { exec: 'jobs.js', worker: 1, ready: 'message' },
    // Starts when the jobs are ready, and stops before them.
    web: { exec: 'web.js', worker: 2, after: 'jobs', envFile: 'web.env' },
  },
  profiles: {
    production: {
      services: { web: { worker: 4, recycle: { memory: '512M' } }, jobs: { cron: '0 3 * * *' } },
    },
    development: { services: { web: { worker: 1, watch: 'web.js' } } },
  },
});
