// A site that is started by npm, and tools for its development.
module.exports = [
  {
    name: 'site',
    cwd: './site',
    script: 'npm',
    args: 'run start -- --port 3001',
    env: { NODE_ENV: 'production' },
    exp_backoff_restart_delay: 100,
  },
  {
    name: 'styles',
    script: 'tools/styles.js',
    autorestart: false,
    watch: ['site/styles', 'tools'],
    ignore_watch: ['node_modules', 'site/styles/cache', '\\.git', '*.log'],
    watch_options: { followSymlinks: false },
    watch_delay: 1_000,
  },
  {
    name: 'preview',
    script: 'tools/preview.js',
    autostart: false,
  },
];
