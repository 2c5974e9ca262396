import { map } from 'rxjs';
import { type Notification, notifications, type Services } from '../../src/systemd/notifications.js';
import type { ServiceState } from '../../src/systemd/serviceState.js';
import { marbles } from '../marbles.js';

const state = (phase: ServiceState['phase'], sentence = phase as string, progress = 0): ServiceState => ({
  phase,
  sentence,
  progress,
  patience: 60_000,
});
const web = (service: ServiceState | undefined): Services => new Map([['web', service]]);
const both = (one: ServiceState | undefined, other: ServiceState | undefined): Services =>
  new Map([
    ['web', one],
    ['jobs', other],
  ]);

/** The clusters of a process, by letter. */
const services = {
  0: web(undefined),
  i: web(state('starting')),
  f: web(state('starting', 'starting', 1)),
  r: web(state('running')),
  c: web(state('running', '1 of 2\nworkers')),
  l: web(state('reloading')),
  t: web(state('stopping')),
  n: new Map() as Services,
  A: both(state('running'), undefined),
  B: both(state('running'), state('starting')),
  C: both(state('running'), state('running')),
  D: both(state('stopping'), state('running')),
  E: both(state('stopping'), state('stopping')),
};

const texts: Readonly<Record<string, string>> = {
  s: 'STATUS=starting',
  x: 'EXTEND_TIMEOUT_USEC=70000000',
  R: 'READY=1 STATUS=running',
  c: 'STATUS=1 of 2 workers',
  r: 'STATUS=running',
  L: 'RELOADING=1 MONOTONIC_USEC=42 STATUS=reloading',
  T: 'STOPPING=1 STATUS=stopping',
  e: 'EXTEND_TIMEOUT_USEC=15000000',
  w: 'WATCHDOG=1',
  a: 'STATUS=web: running',
  b: 'STATUS=web: running | jobs: starting',
  C: 'READY=1 STATUS=web: running | jobs: running',
  D: 'STATUS=web: stopping | jobs: running',
  E: 'STOPPING=1 STATUS=web: stopping | jobs: stopping',
};

const text = (notification: Notification): string => {
  const variables = Object.entries(notification).map(([name, value]) => `${name}=${value}`);
  return variables.join(' ');
};

const told = (watchdog?: number) => (services$: Parameters<typeof notifications>[0]) =>
  notifications(services$, { watchdog, monotonicUsec: () => '42' }).pipe(map(text));

marbles('READY at the start, RELOADING and READY at a restart, STOPPING at the end', ({ hot, expectObservable }) => {
  const clusters = hot('0i--r--l--r--t---', services);
  const expected = '    -s--R--L--R--(Te)';
  const unsub = '       ----------------!';

  expectObservable(clusters.pipe(told()), unsub).toBe(expected, texts);
});

marbles('a changed sentence is a STATUS on one line, and an unchanged one nothing', ({ hot, expectObservable }) => {
  const clusters = hot('i-r-c-c-r-r', services);
  const expected = '    s-R-c---r--';

  expectObservable(clusters.pipe(told())).toBe(expected, texts);
});

marbles('progress at the start asks for the time that it may take', ({ hot, expectObservable }) => {
  const clusters = hot('i-f-f-r-', services);
  const expected = '    s-x---R-';

  expectObservable(clusters.pipe(told())).toBe(expected, texts);
});

marbles('while it stops it asks for more time every 5 s', ({ hot, expectObservable }) => {
  const clusters = hot('r t', services);
  const expected = '    R(Te) 4996ms e 4999ms e';
  const unsub = '       10002ms !';

  expectObservable(clusters.pipe(told()), unsub).toBe(expected, texts);
});

marbles('a sign of life at half the interval', ({ hot, expectObservable }) => {
  const clusters = hot('r--------------', services);
  const expected = '    (Rw)-w----w----';
  const unsub = '       --------------!';

  expectObservable(clusters.pipe(told(10)), unsub).toBe(expected, texts);
});

marbles('READY when all clusters have started, STOPPING when all of them stop', ({ hot, expectObservable }) => {
  const clusters = hot('A-B-C-D-E---', services);
  const expected = '    a-b-C-D-(Ee)';
  const unsub = '       ----------!';

  expectObservable(clusters.pipe(told()), unsub).toBe(expected, texts);
});

marbles('a cluster that is subscribed again takes nothing back', ({ hot, expectObservable }) => {
  const clusters = hot('r-n-0-i-r-', services);
  const expected = '    R-----s-r-';

  expectObservable(clusters.pipe(told())).toBe(expected, texts);
});
