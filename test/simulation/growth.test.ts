import { fixedFeatureRules } from './features.js';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { asyncScheduler, Observable, retry, Subject, Subscriber } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import { cluster$ } from '../../src/streams/cluster.js';
import { type WorkerBehaviour, simulatedHost } from '../../src/testing/simulatedHost.js';
import { clusterOptions } from '../clusterOptions.js';
import { run } from './run.js';
import { schedule } from './schedule.js';
import { virtualTime } from '../../src/testing/virtualTime.js';
import { firstSeed } from './simulate.js';

/** What happens to a cluster over and over. */
interface Rounds {
  readonly rules?: Partial<ClusterOptions>;
  readonly behave?: (fork: number) => WorkerBehaviour;
  /** What is asked for at the beginning of a round. */
  readonly ask?: (round: number) => ClusterCommand;
  /** The event that ends a round. */
  readonly over: ClusterEvent['type'];
}

const restart = (round: number): ClusterCommand => ({ type: 'restart', request: `r${round}`, why: 'asked' });
const scale = (round: number): ClusterCommand => ({ type: 'scale', to: round % 2 === 0 ? 4 : 2, why: 'asked' });
const crashes = (): WorkerBehaviour => ({ crashes: { after: 60 } });

const kinds: Readonly<Record<string, Rounds>> = {
  rolls: { ask: restart, over: 'restart-end' },
  'rolls without surge': { rules: { maxSurge: 0 }, ask: restart, over: 'restart-end' },
  'rolls with every feature': { rules: fixedFeatureRules, ask: restart, over: 'restart-end' },
  'rolls that are aborted': {
    behave: (fork) => (fork <= 2 ? {} : { crashes: { after: 1 } }),
    ask: restart,
    over: 'mixed',
  },
  crashes: { behave: crashes, over: 'available' },
  'crashes under an operator of the user': {
    rules: { respawn: retry({ delay: 5 }) },
    behave: crashes,
    over: 'available',
  },
  'workers that leave on their own': { behave: () => ({ walksOut: 60, leaves: 5 }), over: 'available' },
  scalings: { ask: scale, over: 'scale' },
};

/** Long enough for all that a round has left to do, in ms. */
const quiet = 20;

/** Lets a cluster live through as many rounds as the last of `counts`, then shuts it down. Calls `look` after each of them, and at the end. */
const live = ({ rules, behave = () => ({}), ask, over }: Rounds, counts: readonly number[], look: () => void): void => {
  const last = Math.max(...counts);
  virtualTime().run(() => {
    const host = simulatedHost({ behave: (_, fork) => behave(fork) });
    const wishes$ = new Subject<ClusterCommand>();
    let round = 0;
    const next = () => {
      if (counts.includes(round)) look();
      if (round === last) wishes$.next({ type: 'shutdown', force: false, why: 'asked' });
      else if (ask !== undefined) wishes$.next(ask(round));
      round += 1;
    };
    cluster$(host, clusterOptions(rules), wishes$).subscribe({
      next: ({ type }) => type === over && asyncScheduler.schedule(next, quiet),
      complete: look,
    });
    asyncScheduler.schedule(next, quiet);
  });
};

/** Counts what is subscribed now, and all that subscribers have been told, as long as the test runs. */
const counted = () => {
  // They are called with their `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const [{ subscribe }, { next }] = [Observable.prototype, Subscriber.prototype];
  let subscriptions = 0;
  let told = 0;
  Observable.prototype.subscribe = function (this: Observable<unknown>, ...how: never[]) {
    const subscription = Reflect.apply(subscribe, this, how);
    subscriptions += 1;
    subscription.add(() => (subscriptions -= 1));
    return subscription;
  };
  Subscriber.prototype.next = function (this: Subscriber<unknown>, ...value) {
    told += 1;
    Reflect.apply(next, this, value);
  };
  onTestFinished(() => {
    Observable.prototype.subscribe = subscribe;
    Subscriber.prototype.next = next;
  });
  return { subscriptions: () => subscriptions, told: () => told };
};

test.each(Object.entries(kinds))('%s: as much is subscribed after a hundred as after ten', (_, rounds) => {
  const { subscriptions, told } = counted();
  const lives = [10, 100].map((count) => {
    const looks: (readonly [number, number])[] = [];
    live(rounds, [count], () => looks.push([subscriptions(), told()]));
    const [before = [0, 0], end = [0, 0]] = looks;
    return { before: before[0], shutdown: end[1] - before[1], left: subscriptions() };
  });
  expect(lives[1]).toEqual(lives[0]);
  expect(lives[0]).toMatchObject({ left: 0 });
});

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** What is held in memory, in kB. */
const held = (): number => {
  if (typeof collect !== 'function') throw new Error('expected a function that collects garbage');
  collect();
  return process.memoryUsage().heapUsed / 1_000;
};

test.each(Object.entries(kinds))('%s: two hundred and fifty leave no kilobyte each in memory', (_, rounds) => {
  const looks: number[] = [];
  // In the first five hundred rounds V8 compiles, and that stays in memory, too.
  live(rounds, [510, 760, 1010], () => looks.push(held()));
  const [early = 0, middle = Infinity, late = Infinity] = looks;
  // What V8 compiles later comes once; what a round leaves grows in both halves.
  expect(Math.min(middle - early, late - middle)).toBeLessThan(250);
});

test('after the end of a cluster nothing is subscribed any more, whatever has happened to it', () => {
  const { subscriptions } = counted();
  fc.assert(
    fc.property(schedule, (one) => {
      run(one);
      expect(subscriptions()).toBe(0);
    }),
    { seed: firstSeed, numRuns: 40 },
  );
});
