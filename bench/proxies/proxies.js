import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The proxies, in the foreground and with all their files in one folder. `idle`: how long they keep an idle connection to a worker, in s. */
const proxies = {
  nginx: {
    command: (folder) => ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    files: ({ folder, port, upstream, idle }) => ({
      'nginx.conf': `
        ${process.getuid() === 0 ? 'user root;' : ''}
        daemon off;
        worker_processes 1;
        pid ${folder}/nginx.pid;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path ${folder}/body;
          proxy_temp_path ${folder}/proxy;
          fastcgi_temp_path ${folder}/fastcgi;
          uwsgi_temp_path ${folder}/uwsgi;
          scgi_temp_path ${folder}/scgi;
          upstream service {
            server 127.0.0.1:${upstream};
            keepalive 64;
            keepalive_timeout ${idle}s;
          }
          server {
            listen 127.0.0.1:${port};
            location / {
              proxy_pass http://service;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }`,
    }),
  },
  haproxy: {
    command: (folder) => ['haproxy', '-db', '-q', '-f', join(folder, 'haproxy.cfg')],
    files: ({ port, upstream, idle, reuse = 'safe' }) => ({
      'haproxy.cfg': [
        'global',
        '  maxconn 1000',
        'defaults',
        '  mode http',
        '  timeout connect 5s',
        '  timeout client 60s',
        '  timeout server 60s',
        '  timeout http-keep-alive 60s',
        'frontend public',
        `  bind 127.0.0.1:${port}`,
        '  default_backend service',
        'backend service',
        `  http-reuse ${reuse}`,
        `  server workers 127.0.0.1:${upstream} pool-purge-delay ${idle}s`,
        '',
      ].join('\n'),
    }),
  },
};

export const names = Object.keys(proxies);

/** A port that was free a moment ago. */
export const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Starts a proxy before `upstream`, and resolves when it accepts connections. */
export const start = async (name, how) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-proxy-'));
  const port = await freePort();
  const { command, files } = proxies[name];
  for (const [file, text] of Object.entries(files({ ...how, folder, port }))) writeFileSync(join(folder, file), text);
  const [program, ...args] = command(folder);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  // Also when this process ends by an error.
  const clean = () => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clean);
  while (!(await accepts(port))) {
    if (child.exitCode !== null)
      throw new Error(`proxies: ${name} has ended with ${child.exitCode}; it says why above`);
    await wait(20);
  }
  return {
    port,
    end: async () => {
      process.off('exit', clean);
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
