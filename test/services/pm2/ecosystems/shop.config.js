// An API on all cores and a worker beside it, deployed over SSH.
const path = require('node:path');

const logs = path.join(__dirname, 'logs');

module.exports = {
  apps: [
    {
      name: 'shop-api',
      script: './dist/server.js',
      instances: 'max',
      exec_mode: 'cluster',
      autorestart: true,
      watch: false,
      max_memory_restart: '1G',
      node_args: '--max-old-space-size=900 --enable-source-maps',
      wait_ready: true,
      listen_timeout: 10_000,
      kill_timeout: 5_000,
      env: { NODE_ENV: 'development', PORT: 3000 },
      env_staging: { NODE_ENV: 'staging', PORT: 8080 },
      env_production: { NODE_ENV: 'production', PORT: 8080, TRUST_PROXY: true },
      error_file: `${logs}/api-error.log`,
      out_file: `${logs}/api-out.log`,
      log_date_format: 'YYYY-MM-DD HH:mm:ss Z',
      merge_logs: true,
    },
    {
      name: 'shop-mails',
      script: './dist/mails.js',
      args: ['--queue', 'mails'],
      instances: 1,
      exec_mode: 'fork',
      cron_restart: '0 4 * * *',
      max_restarts: 10,
      min_uptime: '10s',
      restart_delay: 4_000,
      env: { NODE_ENV: 'development' },
      env_production: { NODE_ENV: 'production' },
    },
  ],
  deploy: {
    production: {
      user: 'deploy',
      host: ['10.0.0.4', '10.0.0.5'],
      ref: 'origin/main',
      repo: 'git@git.example:shop.git',
      path: '/srv/shop',
      'post-deploy': 'npm ci && npm run build && pm2 reload ecosystem.config.js --env production',
    },
  },
};
