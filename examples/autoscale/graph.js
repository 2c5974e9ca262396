// Runs a service under load in waves, and draws what autoscale() did: node examples/autoscale/graph.js [file.svg] [seconds]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { autoscale, cluster$, describeEvent, events$, is, shutdown, stats$ } from 'proteus-cluster';
import { filter, map } from 'rxjs';
import { draw } from './draw.js';

const [file = join(import.meta.dirname, '../../docs/autoscaling.svg'), length = '240'] = process.argv.slice(2);
const seconds = Number(length);
// Shorter times than the defaults, so that minutes show what takes a service an hour.
const options = { min: 1, max: 6, upAfter: 8_000, downAfter: 20_000, cooldown: 12_000, warmup: 4_000 };

const loads = [];
const sizes = [];
const busy = [];
let begun = 0;
const second = () => (performance.now() - begun) / 1_000;

const run$ = cluster$({
  worker: stats$.pipe(autoscale(options)),
  exec: join(import.meta.dirname, 'worker.js'),
  env: { PORT: process.env.PORT },
  pid: false,
  log: false,
  disconnectTimeout: 5_000,
});

events$.pipe(filter(is('scale'))).subscribe((event) => {
  if (begun > 0) sizes.push({ second: second(), to: event.to, from: event.from, why: event.why });
  console.log(begun === 0 ? '0' : second().toFixed(1), describeEvent(event)[1]);
});

/** The utilisation of each worker that has one. */
const utilization = new Map();
stats$.pipe(map(({ worker, report }) => [worker.slot, report?.eventLoop.utilization])).subscribe(([slot, share]) => {
  if (share !== undefined) utilization.set(slot, share);
});

const sendWaves = (port) => {
  begun = performance.now();
  sizes.push({ second: 0, to: options.min, from: options.min, why: '' });
  const waves = spawn(process.execPath, [join(import.meta.dirname, 'waves.js'), String(port), length], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: waves.stdout }).on('line', (line) => {
    loads.push(JSON.parse(line));
    const present = [...utilization].filter(([slot]) => slot <= sizes.at(-1).to).map(([, share]) => share);
    busy.push([second(), present.reduce((sum, share) => sum + share, 0) / Math.max(1, present.length)]);
  });
  waves.on('exit', () => void shutdown());
};

const most = (values, step) => step * Math.ceil(Math.max(step, ...values) / step);
const pointsOf = (name) => loads.map((load) => [load.second, load[name]]);

const picture = () => {
  const changes = sizes.slice(1).filter(({ from, to }) => from !== to);
  const emergencies = changes.filter(({ why }) => why.endsWith(' for 3 s')).length;
  const largest = Math.max(...sizes.map(({ to }) => to));
  const failed = loads.at(-1)?.failed ?? 0;
  const up = changes.filter(({ from, to }) => to > from).length;
  return draw({
    title: 'autoscale() under load in waves',
    description: `In ${seconds} s the load rises and falls twice and then jumps. The size changes ${changes.length} times, ${up} times up and ${changes.length - up} times down, between ${options.min} and ${largest} workers, ${emergencies} times in an emergency. ${failed} requests failed.`,
    seconds,
    panels: [
      {
        title: 'Requests per second',
        most: most(
          loads.map(({ rate }) => rate),
          100,
        ),
        unit: '',
        points: pointsOf('rate'),
      },
      { title: 'Workers', most: options.max, unit: '', points: sizes.map((one) => [one.second, one.to]), steps: true },
      {
        title: 'Event loops busy, mean of all workers',
        most: 100,
        unit: ' %',
        points: busy.map(([at, share]) => [at, share * 100]),
        limits: [
          { value: 80, name: 'up' },
          { value: 30, name: 'down' },
        ],
      },
      {
        title: 'Time to answer, 95th percentile',
        most: most(
          loads.map(({ p95 }) => p95),
          100,
        ),
        unit: ' ms',
        points: pointsOf('p95'),
      },
    ],
    marks: changes.map(({ second, why }) => ({ second, kind: why.endsWith(' for 3 s') ? 'emergency' : '' })),
    note: `One run: Node ${process.versions.node}, ${cpus().length} cores, 10 ms per request. Vertical lines: the size changes (red: emergency).`,
  });
};

run$.subscribe({
  next: (event) => {
    if (is('listening')(event) && begun === 0) sendWaves(event.address.port);
  },
  complete: () => {
    writeFileSync(file, picture());
    console.log(
      `${file}: ${loads.reduce((sum, { answered }) => sum + answered, 0)} requests, ${loads.at(-1)?.failed} failed`,
    );
  },
});
