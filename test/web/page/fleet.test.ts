import { expect, test } from 'vitest';
import type { FleetState, HostProgress, HostState, RestartState } from '../../../src/fleet.js';
import { fleetReport, type FleetReport } from '../../../src/web/fleet/report.js';
import { differences, generationText, hostRows, totals } from '../../../src/web/page/fleet/hostRows.js';
import { fleetSilence, isReported, type ReportedFleet } from '../../../src/web/page/fleet/knownFleet.js';
import {
  inOrder,
  planText,
  progressText,
  releasesOf,
  type Restart,
  stepsOf,
} from '../../../src/web/page/fleet/restartSteps.js';
import { beginAt, type Message, type State, tabsOf, update } from '../../../src/web/page/state/state.js';
import { aMember } from '../../fleet/membership/aMember.js';
import { member, plan, roll } from '../../fleet/roll/records.js';

const aHost = (record: ReturnType<typeof aMember>, state: Partial<HostState> = {}): HostState => ({
  host: record.host,
  is: 'member',
  heardAt: 0,
  record,
  ...state,
});

interface Known extends Partial<Omit<FleetState, 'hosts' | 'restarts'>> {
  readonly hosts?: readonly HostState[];
  readonly restart?: RestartState;
  /** The clock of the server when the report is made. */
  readonly now?: number;
}

/** A report as it comes to the page. */
const reported = ({ hosts = [], restart, now = 0, ...state }: Known): FleetReport => {
  const known: FleetState = {
    reachable: true,
    since: 0,
    hosts: new Map(hosts.map((host) => [host.host, host])),
    restarts: new Map(restart === undefined ? [] : [['shop', restart]]),
    ...state,
  };
  return JSON.parse(JSON.stringify(fleetReport({ name: 'prod', host: 'a' }, known, now)));
};

/** The time of the browser when the report came: another clock than that of the server. */
const heardAt = 1_000_000_000_000;

const fleetWith = (known: Known): ReportedFleet => ({ name: 'prod', report: reported(known), heardAt });

const statesAt = (fleet: ReportedFleet, after: number): readonly string[] =>
  hostRows(fleet, heardAt + after).map(({ host, tone, state, age }) => `${host} ${tone}: ${state}, ${age} ms`);

test('a host is what its record says, and the age of the record grows by the clock of the browser', () => {
  const fleet = fleetWith({
    now: 60_000,
    hosts: [
      aHost(member('web10'), { heardAt: 58_000 }),
      aHost(member('web2', { available: 1 }), { heardAt: 59_000 }),
      aHost(member('web3', { available: 0 }), { heardAt: 59_000 }),
      aHost(aMember('web4'), { heardAt: 59_000 }),
    ],
  });
  expect(statesAt(fleet, 500)).toEqual([
    'web2 warn: fewer workers, 1500 ms',
    'web3 bad: not serving, 1500 ms',
    'web4 plain: no service, 1500 ms',
    'web10 good: serving, 2500 ms',
  ]);
  const late = fleetWith({ now: 71_000, hosts: [aHost(member('web10'), { heardAt: 58_000 })] });
  expect(statesAt(late, 500)).toEqual(['web10 warn: silent for 13 s, 13500 ms']);
  // A page that was in the background has an old report, and nobody is silent for that.
  expect(statesAt(fleet, 60_000)[3]).toBe('web10 good: serving, 62000 ms');
});

test('a host that has left, is unreachable or cannot be read is shown with since when', () => {
  const fleet = fleetWith({
    now: 100_000,
    hosts: [
      aHost(member('a'), { is: 'left', since: 40_000 }),
      aHost(member('b'), { is: 'silent', since: 70_000, heardAt: 50_000 }),
      { host: 'c', is: 'unreadable', since: 99_000, heardAt: 99_000, problem: 'pid: expected a number' },
    ],
  });
  expect(statesAt(fleet, 1_000)).toEqual([
    'a plain: has left for 1 min 1 s, 101000 ms',
    'b bad: unreachable for 31 s, 51000 ms',
    'c bad: unreadable for 2 s, 2000 ms',
  ]);
  expect(totals(fleet.report)).toMatchObject({ members: 0, gone: 2, size: 0 });
});

test('while NATS is away no host is silent, and the page knows since when by its own clock', () => {
  const away = fleetWith({
    reachable: false,
    since: 20_000,
    problem: 'nats-1 does not answer',
    now: 50_000,
    hosts: [aHost(member('a'), { heardAt: 19_000 })],
  });
  expect(fleetSilence(away)).toEqual({ since: heardAt - 30_000, why: 'nats-1 does not answer' });
  expect(statesAt(away, 10_000)).toEqual(['a good: serving, 41000 ms']);
  const lost = { ...fleetWith({}), lost: 'the server of this page does not answer' };
  expect(fleetSilence(lost)).toEqual({ since: heardAt, why: 'the server of this page does not answer' });
  expect(fleetSilence(fleetWith({}))).toBeUndefined();
  expect(fleetSilence({ name: 'prod', lost: 'why' })).toEqual({ since: undefined, why: 'why' });
  expect(isReported({ name: 'prod' })).toBe(false);
});

test('all hosts together, their generations, and what differs between them', () => {
  const slots = [3, 2, 3].map((generation, slot) => ({ slot, generation, phase: 'running' }));
  const { report } = fleetWith({
    hosts: [
      aHost(member('a', { slots, crashes: 2, release: '1.4.2' })),
      aHost(member('b', { available: 1, release: '1.4.1' })),
      aHost({ ...member('c', { release: '1.4.1' }), version: '2.0.1' }),
      // It is not there any more.
      aHost(member('d', { release: '1.0.0' }), { is: 'left' }),
    ],
  });
  expect(totals(report)).toEqual({ members: 3, gone: 0, services: 1, available: 5, size: 6, crashes: 2 });
  expect(report.hosts.map(({ services: [service] }) => service && generationText(service))).toEqual([
    '2…3',
    '',
    '',
    '',
  ]);
  expect(differences(report)).toEqual([
    'Hosts run different versions of proteus-cluster: 2.0.0 on a, b; 2.0.1 on c',
    'shop: hosts run different releases: 1.4.2 on a; 1.4.1 on b, c',
  ]);
});

const progress = (host: string, more: Partial<HostProgress> = {}): HostProgress => ({
  host,
  state: 'waiting',
  attempt: 0,
  ...more,
});
const done = { state: 'done', attempt: 1, from: '1.4.1', to: '1.4.2' } as const;

/** The steps of a restart as lines: `canary: a [0-50 good] done in 1 s (1.4.1 → 1.4.2)`. */
const linesOf = (fleet: ReportedFleet, restart: Restart, now = heardAt): readonly string[] =>
  stepsOf(fleet, restart, now).flatMap(({ name, hosts, soak }) => {
    const parts = hosts ?? [{ host: '', code: '', ...soak }];
    return parts.map(({ host, bar, tone, words, code }) => {
      const where = bar === undefined ? tone : `${bar.map((share) => Math.round(100 * share)).join('-')} ${tone}`;
      return `${name}: ${host} [${where}] ${words}${code === '' ? '' : ` (${code})`}`;
    });
  });

test('a restart is drawn over its time: canary, soak, batches, and which code runs where', () => {
  const record = roll('', {
    plan: { ...plan, canary: 1, batch: 2, soak: 4_000 },
    hosts: [
      progress('a', done),
      progress('b', done),
      progress('c', { state: 'restarting', attempt: 1, from: '1.4.1' }),
      progress('d'),
    ],
  });
  const restart: Restart = {
    service: 'shop',
    roll: record,
    from: 10_000,
    soak: { from: 12_000, to: 16_000 },
    turns: [{ from: 10_000, to: 12_000 }, { from: 16_000, to: 18_000 }, { from: 16_000 }, {}],
  };
  const fleet = fleetWith({
    now: 19_000,
    hosts: ['a', 'b', 'c', 'd'].map((name) => aHost(member(name, { release: '1.4.1' }))),
  });
  expect(linesOf(fleet, restart, heardAt + 1_000)).toEqual([
    'canary: a [0-20 good] done in 2 s (1.4.1 → 1.4.2)',
    'soak:  [20-60 good] 4 s, passed',
    'batch 1: b [60-80 good] done in 2 s (1.4.1 → 1.4.2)',
    'batch 1: c [60-100 info] restarts for 4 s (1.4.1)',
    'batch 2: d [plain] waits (1.4.1)',
  ]);
  expect(releasesOf(fleet, restart)).toEqual(['1.4.2 on a, b', '1.4.1 on c, d']);
  expect(progressText(record)).toBe('2 of 4 hosts done');
  expect(planText(record)).toBe('canary 1, soak 4 s, then 2 at a time; a host has 50 ms, the first failure halts it');
});

test('a restart that has halted shows where, and the hosts that were not restarted', () => {
  const hosts = [progress('a', { state: 'failed', attempt: 1, from: '1.4.1', why: 'not ready' }), progress('b')];
  const restart: Restart = {
    service: 'shop',
    roll: roll('', { phase: 'halted', why: 'the canary a failed: not ready', hosts }),
    from: 10_000,
    to: 14_000,
    turns: [{ from: 10_000, to: 14_000 }, {}],
  };
  const fleet = fleetWith({ now: 90_000, hosts: [aHost(member('a')), aHost(member('b'))] });
  expect(linesOf(fleet, restart)).toEqual([
    'canary: a [0-100 bad] failed in 4 s (v1)',
    'soak:  [plain] 10 ms',
    'batch 1: b [plain] not restarted (v1)',
  ]);
  expect(stepsOf(fleet, restart, heardAt)[0]?.hosts?.[0]?.why).toBe('not ready');
});

test('a halt in the soak, a host that could not be reached, and one in its second attempt', () => {
  const soaking: Restart = {
    service: 'shop',
    roll: roll('', { plan: { ...plan, soak: 60_000 }, hosts: [progress('a', done), progress('b')] }),
    from: 0,
    soak: { from: 2_000 },
    turns: [{ from: 0, to: 2_000 }, {}],
  };
  const fleet = fleetWith({ now: 10_000 });
  expect(linesOf(fleet, soaking)[1]).toBe('soak:  [20-100 info] watched for 8 s of 1 min');
  const halted = {
    ...soaking,
    roll: { ...soaking.roll, phase: 'halted' },
    to: 8_000,
    soak: { from: 2_000, to: 8_000 },
  } as const;
  expect(linesOf(fleet, halted)[1]).toBe('soak:  [25-100 bad] ended after 6 s of 1 min');
  const hosts = [
    progress('a', { state: 'failed', unknown: true, attempt: 1, from: '1.4.1', why: 'did not report' }),
    progress('b', { state: 'asked', attempt: 2 }),
  ];
  const unknown: Restart = {
    service: 'shop',
    roll: roll('', { hosts }),
    from: 0,
    turns: [{ from: 0, to: 5_000 }, { from: 9_000 }],
  };
  expect(linesOf(fleet, unknown)).toEqual([
    'canary: a [0-50 bad] unknown, may still restart (1.4.1 or newer)',
    'soak:  [good] 10 ms, passed',
    'batch 1: b [90-100 info] is asked for 1 s, attempt 2',
  ]);
});

test('a restart that had ended before anybody looked has its outcome, and no times', () => {
  const restart: Restart = {
    service: 'shop',
    roll: roll('', {
      phase: 'halted',
      hosts: [progress('a', done), progress('b', { state: 'failed', attempt: 1 }), progress('c')],
    }),
    turns: [{}, {}, {}],
  };
  expect(linesOf(fleetWith({}), restart)).toEqual([
    'canary: a [0-100 good] done (1.4.1 → 1.4.2)',
    'soak:  [good] 10 ms, passed',
    'batch 1: b [0-100 bad] failed',
    'batch 2: c [plain] not restarted',
  ]);
  // One that goes on: what had ended before is a point at its begin.
  const running: Restart = {
    service: 'shop',
    roll: roll('', { hosts: [progress('a', done), progress('b', { state: 'restarting', attempt: 1 })] }),
    turns: [{}, { from: 4_000 }],
  };
  expect(linesOf(fleetWith({ now: 8_000 }), running)).toEqual([
    'canary: a [0-0 good] done (1.4.1 → 1.4.2)',
    'soak:  [good] 10 ms, passed',
    'batch 1: b [0-100 info] restarts for 4 s',
  ]);
});

const named = (service: string, phase: 'done' | 'halted' | 'running' | 'aborted') => ({
  service,
  roll: roll('w', { phase }),
  turns: [],
});

test('restarts that need attention come first', () => {
  const restarts = [named('a', 'done'), named('d', 'halted'), named('b', 'halted'), named('c', 'running')];
  expect(inOrder(restarts).map(({ service }) => service)).toEqual(['c', 'b', 'd', 'a']);
});

test('a report is bounded, whatever a host says of itself', () => {
  const long = 'x'.repeat(10_000);
  const [shop] = Object.values(member('a').services);
  if (shop === undefined) throw new Error('a member has a service');
  const services = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`${at}${long}`, { ...shop, release: long }]),
  );
  const { problem, ...report } = reported({
    problem: long,
    hosts: [
      aHost({ ...member('a'), version: long, services }),
      { host: long, is: 'silent', heardAt: 0, problem: long },
    ],
    restart: {
      roll: roll('', { why: long, by: long, hosts: [progress(long, { why: long, from: long, to: long })] }),
      turns: [],
    },
  });
  const texts = JSON.stringify(report).match(/x+…?/g) ?? [];
  expect(texts.every((text) => text.length <= 301)).toBe(true);
  // It is our own, and says what to do.
  expect(problem).toHaveLength(1_001);
  expect(report.hosts[0]?.services.length).toBe(100);
  expect(JSON.stringify(report).length).toBeLessThan(120_000);
});

const after = (...messages: readonly Message[]): State => messages.reduce(update, beginAt(0));
const masters = (ids: readonly string[], fleet?: string): Message => ({
  type: 'masters',
  masters: ids,
  readOnly: false,
  fleet,
});

test('hosts are a view only where there is a fleet, and no recording is played', () => {
  expect(tabsOf(after(masters(['1'])))).not.toContain('hosts');
  const state = after(masters(['1'], 'prod'));
  expect(tabsOf(state)).toContain('hosts');
  expect(state.view.tab).toBe('overview');
  const heard = update(state, { type: 'fleet', report: reported({}), now: 5 });
  // The next look at the masters keeps what is known.
  expect(update(heard, masters(['1'], 'prod')).fleet).toMatchObject({ heardAt: 5 });
  expect(update(heard, masters(['1'], 'other')).fleet).toEqual({ name: 'other' });
  expect(update(heard, masters(['1'])).fleet).toBeUndefined();
  const lost = update(heard, { type: 'fleet-lost', why: 'no answer' });
  expect(lost.fleet).toMatchObject({ heardAt: 5, lost: 'no answer' });
  expect(update(lost, { type: 'fleet', report: reported({}), now: 9 }).fleet).not.toHaveProperty('lost');
});

test('where no master runs the hosts are shown first, and another view that is chosen stays', () => {
  const state = after(masters([], 'prod'));
  expect([state.view.tab, state.connection.state]).toEqual(['hosts', 'connecting']);
  const chosen = update(update(state, { type: 'show', view: { tab: 'logs' } }), masters([], 'prod'));
  expect(chosen.view.tab).toBe('logs');
  // The server of the page was away for a moment.
  const lost = update(state, { type: 'lost', why: 'no answer', now: 5 });
  expect(update(lost, masters([], 'prod')).connection).toEqual({ state: 'connecting' });
});
