import { map, merge, throwError, timer } from 'rxjs';
import { decodeRoll } from '../../../src/fleet/records/decodeRoll.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { type AgentEvent, type AgentHost, hostAgent } from '../../../src/fleet/roll/hostAgent.js';
import type { HostOutcome } from '../../../src/fleet/roll/hostStep.js';
import { rolls$ } from '../../../src/fleet/roll/rolls.js';
import { marbles } from '../../marbles.js';
import { type SimulatedStore, simulatedStore } from '../simulatedStore.js';
import { pictureOf, roll } from './records.js';

const done: HostOutcome = { state: 'done', to: 'v2', crashes: 0 };

const restartIn5 = () => timer(5).pipe(map(() => done));
const notRunning = () => throwError(() => new Error('No cluster shop is running'));

/** The agent of host a. Its restart takes 5 ms. */
const agentOf = (system: SimulatedStore, changes: Partial<AgentHost> = {}) => {
  const store = system.host('a');
  return rolls$(store).pipe(hostAgent({ store, host: 'a', restart: restartIn5, release: () => 'v1', ...changes }));
};

/** The events as letters: b: its turn begins, d and f: it ends, done or failed; u: a record cannot be read. */
const letterOf = (event: AgentEvent): string => {
  if (event.type === 'turn-begin') return 'b';
  return event.type === 'turn-end' ? event.outcome.state.charAt(0) : 'u';
};

const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

/** Each record of the service, as a picture of its hosts. */
const written = (system: SimulatedStore) =>
  system.writes$.pipe(map(({ value }) => pictureOf(decodeRoll(value).record)));

const put = (system: SimulatedStore, record: unknown) =>
  system.host('driver').create('rolls', 'shop', record).subscribe();

/** The record that is there is replaced. */
const change = (system: SimulatedStore, record: RollRecord) => {
  const { revision = 0 } = system.entries('rolls').get('shop') ?? {};
  system.host('driver').update('rolls', 'shop', record, revision).subscribe();
};

marbles('a host that is asked writes that it begins, restarts, and writes how that ended', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  expectObservable(written(system)).toBe('-a---r--------d', { a: 'aw', r: 'rw', d: 'dw' });
  expectObservable(agentOf(system).pipe(map(letterOf))).toBe('------b--------d');
});

marbles('a host that is not asked, or only by a roll that has halted, does nothing', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('wa'));
  at(5, () => change(system, roll('aw', { phase: 'halted' })));
  expectObservable(agentOf(system)).toBe('-');
});

marbles('a restart that fails is reported with its reason', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  const outcome$ = agentOf(system, { restart: notRunning }).pipe(
    map((event) => (event.type === 'turn-end' ? event.outcome : 'b')),
  );
  const f = { state: 'failed', why: 'No cluster shop is running' };
  expectObservable(outcome$).toBe('------b---f', { b: 'b', f });
});

marbles('a host that is cut off before it has written that it begins, begins nothing', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  at(3, () => system.cut('a'));
  // Meanwhile it was given up.
  at(2_000, () => change(system, roll('uw')));
  at(3_000, () => system.heal('a'));
  const events$ = agentOf(system).pipe(map((event) => (event.type === 'turn-end' ? event.outcome.state : event.type)));
  expectObservable(events$).toBe('3008ms f', { f: 'failed' });
});

marbles('a host whose write was not answered asks again, and begins if it still says so', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  // Its write arrives, and the answer does not.
  at(6, () => system.cut('a'));
  at(2_500, () => system.heal('a'));
  expectObservable(written(system)).toBe('-a---r 3008ms d', { a: 'aw', r: 'rw', d: 'dw' });
  expectObservable(agentOf(system).pipe(map(letterOf))).toBe('3006ms b--------d');
});

marbles('and begins nothing if it has been given up meanwhile', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  at(6, () => system.cut('a'));
  at(100, () => change(system, roll('uw')));
  at(2_500, () => system.heal('a'));
  const why$ = agentOf(system).pipe(
    map((event) => (event.type === 'turn-end' && event.outcome.state === 'failed' ? event.outcome.why : event.type)),
  );
  expectObservable(why$).toBe('3010ms w', { w: 'silent; it is back, and in no restart' });
});

marbles('of two masters with one name one begins, and the other reports that turn as failed', (helpers) => {
  const { expectObservable } = helpers;
  const system = simulatedStore();
  put(system, roll('aw'));
  const begins$ = merge(agentOf(system), agentOf(system)).pipe(map(letterOf));
  expectObservable(written(system)).toBe('-a---r-----f', { a: 'aw', r: 'rw', f: 'fw' });
  expectObservable(begins$).toBe('------b-----fd');
});

marbles('a report waits for the store', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  at(8, () => system.cut('a'));
  at(5_000, () => system.heal('a'));
  const ends$ = agentOf(system).pipe(map(letterOf));
  expectObservable(written(system)).toBe('-a---r 5008ms d', { a: 'aw', r: 'rw', d: 'dw' });
  expectObservable(ends$).toBe('------b 5008ms d');
});

marbles('a master that was started again reports the turn of the one before as failed', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, roll('rw'));
  const why$ = agentOf(system).pipe(map((event) => (event.type === 'turn-end' ? event.outcome : event.type)));
  const f = { state: 'failed', why: 'its master was started again during the restart' };
  expectObservable(why$).toBe('------f', { f });
});

marbles('a record that cannot be read is told', ({ expectObservable }) => {
  const system = simulatedStore();
  put(system, { format: 9 });
  expectObservable(agentOf(system).pipe(map(letterOf))).toBe('--u');
});

marbles('unsubscribing ends a restart', ({ expectObservable, expectSubscriptions, cold }) => {
  const system = simulatedStore();
  put(system, roll('aw'));
  const running = cold<HostOutcome>('----------');
  expectObservable(agentOf(system, { restart: () => running }).pipe(map(letterOf)), '^--------!').toBe('------b');
  expectSubscriptions(running.subscriptions).toBe('------^--!');
});
