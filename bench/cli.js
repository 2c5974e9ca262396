import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { worker } from './masters.js';
import { atMost, interleave, ownAtMost, row } from './pairs.js';

const run = promisify(execFile);
const pm2Bin = join(import.meta.dirname, 'peers/node_modules/pm2/bin/pm2');
const proteusBin = join(import.meta.dirname, '../dist/cli.js');

const timed = async (act) => {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
};

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Resolves when the service answers. */
const answers = async (port) => {
  for (;;) {
    const answered = await new Promise((resolve) => {
      get({ port, host: '127.0.0.1', agent: false }, (response) => response.resume().on('end', () => resolve(true))).on(
        'error',
        () => resolve(false),
      );
    });
    if (answered) return;
    await setTimeout(5);
  }
};

const sides = (folder) => {
  const env = {
    ...process.env,
    PM2_HOME: join(folder, 'pm2'),
    PROTEUS_RUNTIME_DIR: join(folder, 'run'),
    XDG_STATE_HOME: folder,
  };
  mkdirSync(env.PROTEUS_RUNTIME_DIR, { mode: 0o700 });
  const call = (bin, args, more) => run(process.execPath, [bin, ...args], { env: { ...env, ...more } });
  const pm2 = (args, more) => call(pm2Bin, args, more);
  const proteus = (args, more) => call(proteusBin, args, more);
  return { pm2, proteus };
};

const whole = (sample) => sample.whole;

/** From the start of the command until the service answers; it is stopped after that. */
const started = (start, stop) => async () => {
  const port = await freePort();
  const begun = performance.now();
  const exited = start({ PORT: String(port) });
  await answers(port);
  const whole = performance.now() - begun;
  await exited;
  await stop();
  return { whole };
};

/** `proteus ls` beside `pm2 ls`, each with one service that runs, and the start of a service by one and by the other. The daemon of pm2 runs already. `npm run peers:install` brings pm2. */
export const measure = async (pairs) => {
  if (!existsSync(pm2Bin)) {
    process.stderr.write('cli: pm2 is not there, npm run peers:install brings it\n');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  const { pm2, proteus } = sides(folder);
  const exec = worker('http');
  try {
    const byPm2 = started(
      (env) => pm2(['start', exec, '--name', 'bench', '-i', '2'], env),
      () => pm2(['delete', 'bench']),
    );
    await pm2(['ping']);
    const starts = await interleave('cli start', pairs, {
      minimal: byPm2,
      proteus: started(
        (env) => proteus(['start', exec, '--name', 'bench', '-w', '2', '-d'], env),
        () => proteus(['stop', 'bench']),
      ),
      again: byPm2,
    });
    await pm2(['start', exec, '--name', 'listed', '-i', '2'], { PORT: '0' });
    await proteus(['start', exec, '--name', 'listed', '-w', '2', '-d'], { PORT: '0' });
    const lists = (list) => async () => ({ whole: await timed(() => list(['ls'])) });
    const listings = await interleave('cli ls', pairs, {
      minimal: lists(pm2),
      proteus: lists(proteus),
      again: lists(pm2),
    });
    const bare = await interleave('cli ls, beside Node alone', pairs, {
      minimal: async () => ({ whole: await timed(() => run(process.execPath, ['--eval', '0'])) }),
      proteus: lists(proteus),
      again: async () => ({ whole: await timed(() => run(process.execPath, ['--eval', '0'])) }),
    });
    return [
      row('proteus ls, against pm2 ls', listings, whole, { unit: ' ms', goal: atMost(0.25) }),
      row('proteus ls, against node --eval 0', bare, whole, { unit: ' ms', goal: ownAtMost(100, ' ms') }),
      row('proteus start -d until the service answers, against pm2 start', starts, whole, { unit: ' ms' }),
    ];
  } finally {
    await proteus(['stop', '--all', '--force']).catch(() => {});
    await pm2(['kill']).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
};
