/**
 * A master of four workers that log, in one of the ways that are compared. Its argument says which. It reports when all workers are ready,
 * and after `go` when all have written and exited, with the CPU time that it used itself.
 */
import cluster from 'node:cluster';
import { join } from 'node:path';
import { filter } from 'rxjs';

const { kind, how, workers, file, rotate } = JSON.parse(process.argv[2]);
const exec = join(import.meta.dirname, 'worker.js');
const args = [how, file];

let here = 0;
let done = 0;
let used;

const said = ({ cmd }) => {
  if (cmd === 'here') {
    here += 1;
    if (here === workers) process.send('ready');
  }
  if (cmd === 'done') {
    done += 1;
    if (done === workers) process.send('done');
  }
};

const proteus = async () => {
  const { cluster$, messages$, send } = await import('proteus-cluster');
  messages$.pipe(filter(({ message }) => 'cmd' in message)).subscribe(({ message }) => said(message));
  cluster$({
    exec,
    args,
    worker: workers,
    pid: false,
    respawn: 'temporary',
    ready: 'online',
    log: { file, level: 'warn', ...(rotate && { rotate }) },
  }).subscribe();
  return send;
};

const minimal = (message) => {
  cluster.setupPrimary({ exec, args });
  cluster.on('message', (_, told) => message(told));
  for (let forked = 0; forked < workers; forked += 1) cluster.fork();
  return (told) => {
    for (const worker of Object.values(cluster.workers)) worker.send(told);
  };
};

/** Each record comes as a message, and is written by pino's destination, with its worker. */
const in2012 = async () => {
  const { pino } = await import('pino');
  const out = pino.destination({ dest: file, sync: false, minLength: 4_096 });
  cluster.setupPrimary({ exec, args });
  cluster.on('message', (worker, told) => {
    if (told.cmd === 'log') out.write(`{"worker":{"id":${worker.id}},${told.line.slice(1)}`);
    else said(told);
  });
  for (let forked = 0; forked < workers; forked += 1) cluster.fork();
  process.on('exit', () => out.flushSync());
  return (told) => {
    for (const worker of Object.values(cluster.workers)) worker.send(told);
  };
};

const tell = await { proteus, own: () => minimal(said), in2012 }[kind]();

process.on('message', (told) => {
  if (told.lines) {
    used = process.cpuUsage();
    tell({ lines: told.lines });
  } else {
    const { user, system } = process.cpuUsage(used);
    process.send({ cpu: (user + system) / 1e6 });
    process.disconnect();
  }
});
