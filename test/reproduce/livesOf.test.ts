import { expect, test } from 'vitest';
import { livesOf } from '../../src/reproduce/livesOf.js';
import { selectRun } from '../../src/reproduce/selectRun.js';
import { address, boot, event, exit, recording, worker } from './recorded.js';

const scriptOf = (...drafts: Parameters<typeof recording>) => livesOf(selectRun(recording(...drafts)));
const livesIn = (...drafts: Parameters<typeof recording>) => scriptOf(...drafts).script.lives;

const first = worker(1, 1);
const booted = { slot: 1, at: 0, online: 30, listening: 40 };

test('a worker boots as its events tell, and one that never listens does not', () => {
  expect(livesIn([...boot(0, first), event(50, 'available', { worker: first, after: 10 })])).toEqual([
    { ...booted, leaves: 1 },
  ]);
  const online = [event(5, 'fork', { worker: first, why: 'start' }), event(20, 'online', { worker: first })];
  expect(livesIn([...online, event(25, 'ready', { worker: first, why: 'is online' })])).toMatchObject([
    { at: 0, online: 15, listening: false },
  ]);
});

test('a worker that sends ready says so at that time', () => {
  const ready = event(90, 'ready', { worker: first, why: "sent 'ready'" });
  expect(livesIn([...boot(0, first).slice(0, 2), ready])).toMatchObject([{ saysReady: 90, listening: false }]);
});

test('the first address of the cluster is the first port of all workers, in whichever order they listen', () => {
  const second = worker(2, 2);
  const opens = (time: number, who: typeof first, port: number) =>
    event(time, 'listening', { worker: who, address: address(port) });
  expect(
    livesIn([
      event(0, 'fork', { worker: first, why: 'start' }),
      event(0, 'fork', { worker: second, why: 'start' }),
      opens(10, first, 8080),
      opens(11, second, 9090),
      opens(12, first, 9090),
      opens(14, second, 8080),
    ]),
  ).toMatchObject([
    { listening: 10, opens: [{ after: 12, port: 81 }] },
    { listening: 14, opens: [{ after: 11, port: 81 }] },
  ]);
});

test('a crash has its age, its code or signal, and the message of its cause', () => {
  const cause = { name: 'Error', message: 'no database', stack: '' };
  expect(livesIn([...boot(0, first), exit(500, first, 500, { code: 7, cause })])).toMatchObject([
    { crashes: { after: 500, code: 7, message: 'no database' } },
  ]);
  expect(livesIn([...boot(0, first), exit(500, first, 500, { code: null, signal: 'SIGSEGV' })])).toMatchObject([
    { crashes: { after: 500, signal: 'SIGSEGV' } },
  ]);
  expect(
    livesIn([event(0, 'fork', { worker: first, why: 'start' }), exit(1, first, 1, { code: null, reason: 'spawn' })]),
  ).toMatchObject([{ spawns: false }]);
});

test('a worker that is asked to leave takes the recorded time, or leaves on SIGTERM, or not at all', () => {
  const asked = event(1_000, 'retire', { worker: first, why: 'shutdown' });
  const kill = (time: number, signal: 'SIGTERM' | 'SIGKILL', why = 'still there 500 ms after it was asked to leave') =>
    event(time, 'kill', { worker: first, signal, why });
  const left = (time: number, signal: string | null = null) =>
    exit(time, first, time, { code: signal === null ? 0 : null, signal, requested: true, reason: 'requested' });
  const life = (...end: readonly { readonly time: number; readonly type: string }[]) =>
    livesIn([...boot(0, first), asked, ...end])[0];
  expect(life(left(1_300))).toEqual({ ...booted, leaves: 300 });
  expect(life(kill(1_400, 'SIGTERM'), left(1_410))).toEqual({ ...booted, leaves: Infinity, terminates: 10 });
  expect(life(kill(1_500, 'SIGKILL'), left(1_502, 'SIGKILL'))).toEqual({ ...booted, leaves: Infinity });
  // How long it would have taken is not known: longer.
  expect(life(kill(1_020, 'SIGKILL', 'force'), left(1_022, 'SIGKILL'))).toEqual({ ...booted, leaves: 21 });
  // Not because it was asked.
  expect(life(left(1_200, 'SIGSEGV'))).toEqual({
    ...booted,
    leaves: Infinity,
    crashes: { after: 1_200, signal: 'SIGSEGV' },
  });
});

test('a worker that begins to leave by itself, or asks to be replaced, does so at that age', () => {
  const leaving = event(700, 'leaving', { worker: first, why: 'disconnected', uptime: 700 });
  const left = { requested: false, reason: 'left' } as const;
  expect(livesIn([...boot(0, first), leaving, exit(740, first, 740, { ...left, code: 0 })])).toMatchObject([
    { walksOut: 700, leaves: 40 },
  ]);
  expect(livesIn([...boot(0, first), leaving, exit(740, first, 740, left)])).toMatchObject([
    { walksOut: 700, leaves: Infinity, crashes: { after: 740, code: 1 } },
  ]);
  expect(livesIn([...boot(0, first), event(600, 'replace-request', { worker: first, why: 'SIGTERM' })])).toMatchObject([
    { terminated: 600 },
  ]);
});

test('a worker hangs from the time at which it fell silent until it has recovered', () => {
  const hung = event(9_000, 'hung', { worker: first, why: 'loop', silent: 3_000 });
  const recovered = event(12_000, 'recovered', { worker: first, from: 'hung', after: 2_000 });
  expect(livesIn([...boot(0, first), hung, recovered])).toMatchObject([
    { hangs: { after: 5_999, how: 'loop', for: 6_001 } },
  ]);
  const paused = event(5_999, 'pause', { worker: first, why: 'pause()', serves: false });
  expect(livesIn([...boot(0, first), paused, hung, recovered])).toMatchObject([
    { hangs: { after: 6_000, how: 'loop', for: 6_000 } },
  ]);
});

const spare = { ...worker(3, 0), generation: 0 };
/** The standby worker, in the slot of the first worker. */
const taken = worker(3, 1, 2);
const takesOver = [
  ...boot(0, first),
  event(1_060, 'standby-begin', { worker: spare, after: 60 }),
  exit(2_000, first, 2_000),
  event(2_000, 'fork', { worker: taken, why: 'respawn' }),
  event(2_000, 'takeover', { worker: taken, waited: 940 }),
];

/** The life of a standby worker that takes over, and of which this is recorded then. */
const lifeWith = (...more: Parameters<typeof recording>[0]) => livesIn([...takesOver, ...more])[1];

test('a standby worker is forked in no slot, and its times count from there', () => {
  expect(lifeWith(exit(3_000, taken, 1_000))).toEqual({
    slot: 0,
    at: 1_000,
    online: 60,
    listening: 60,
    leaves: 1,
    crashes: { after: 2_000, code: 1 },
  });
});

test('a standby worker that has not booted is not known', () => {
  const late = event(4_000, 'standby-end', {
    worker: spare,
    why: 'it did not ask to listen within 4000 ms',
    delay: 800,
  });
  const { script, assumptions } = scriptOf([...boot(0, first), late]);
  expect(script.lives).toHaveLength(1);
  expect(assumptions).toContainEqual(
    expect.stringMatching(/^A standby worker that was dismissed before it had booted/),
  );
  const failed = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 30 } as const;
  const ended = event(4_000, 'standby-end', { worker: spare, why: 'it exited', exit: failed, delay: 800 });
  expect(livesIn([...boot(0, first), ended])[1]).toMatchObject({ slot: 0, at: 3_970, crashes: { after: 30 } });
});

test('a standby worker that took no slot was gone when the next one could be forked', () => {
  const next = { ...spare, id: 4 };
  const late = { worker: spare, why: 'it did not ask to listen within 4000 ms', age: 4_000, delay: 800 };
  const begins = event(6_560, 'standby-begin', { worker: next, after: 60 });
  const [, one, other] = livesIn([...boot(0, first), event(5_000, 'standby-end', late), begins]);
  expect(one).toMatchObject({ slot: 0, at: 1_000, listening: false, leaves: 700 });
  expect(other).toMatchObject({ slot: 0, at: 6_500, listening: 60 });
});

test('a standby worker that listens long after it has a slot did not run meanwhile, and what it said before is heard then', () => {
  const [, life] = livesIn([
    ...takesOver,
    event(2_000, 'ready', { worker: taken, why: "sent 'ready'" }),
    event(5_000, 'listening', { worker: taken, address: address(8080) }),
  ]);
  expect(life).toMatchObject({ at: 1_000, saysReady: 60, hangs: { after: 1_000, for: 2_999, how: 'blocked' } });
});

test('a standby worker that hangs and has not listened since it has a slot did not run from there', () => {
  const listens = (time: number) => event(time, 'listening', { worker: taken, address: address(8080) });
  const hung = event(9_000, 'hung', { worker: taken, why: 'loop', silent: 5_000 });
  const recovered = event(9_000, 'recovered', { worker: taken, from: 'hung', after: 5_000 });
  const inBoot = event(9_000, 'hung', { worker: taken, why: 'boot', silent: 5_000 });
  const stopped = event(9_000, 'hung', { worker: taken, why: 'stopped', silent: 5_000 });
  expect(lifeWith(listens(9_000), hung, recovered)).toMatchObject({
    at: 1_000,
    hangs: { after: 1_000, for: 7_000, how: 'loop' },
  });
  expect(lifeWith(listens(2_001), hung, recovered)).toMatchObject({
    at: 1_000,
    hangs: { after: 2_999, for: 5_001, how: 'loop' },
  });
  expect(lifeWith(inBoot, recovered)).toMatchObject({
    at: 1_000,
    hangs: { after: 1_000, for: 7_000, how: 'blocked' },
  });
  expect(lifeWith(listens(2_001), event(5_000, 'online', { worker: taken }))).not.toHaveProperty('hangs');
  expect(lifeWith(stopped)).toMatchObject({ at: 1_000, hangs: { after: 1_000, how: 'stopped' } });
});

test('a worker that is told to leave by SIGTERM keeps its channel, and one that disconnects does not', () => {
  const asks = event(1_000, 'replace-request', { worker: first, why: 'SIGTERM' });
  const leaves = (time: number) => event(time, 'leaving', { worker: first, why: 'SIGTERM', uptime: time });
  const ends = [
    event(1_500, 'disconnect', { worker: first, requested: false }),
    exit(1_600, first, 1_600, { code: 0 }),
  ];
  const [onFirst] = livesIn([...boot(0, first), asks, leaves(1_000), ...ends]);
  expect(onFirst).toMatchObject({ terminated: 1_000, leaves: 600 });
  expect(onFirst).not.toHaveProperty('walksOut');
  expect(livesIn([...boot(0, first), asks, leaves(1_400), ...ends])).toMatchObject([
    { terminated: 1_000, walksOut: 1_400, disconnects: 100, leaves: 200 },
  ]);
});

test('what the master drew is in the order in which it drew it', () => {
  const failed = { worker: spare, why: 'it exited', age: 10, delay: 900, random: 0.25 };
  const events = recording([
    ...boot(0, first),
    event(50, 'available', { worker: first, after: 10 }),
    event(60, 'standby-end', failed),
    Object.assign({ time: 70, type: 'departure' }, { slot: 1, worker: first, random: 0.75 }),
  ]);
  expect(livesOf(selectRun(events), 1).script.random).toEqual([0.25, 0.75]);
  expect(livesOf(selectRun(events), 1, { age: 60_000 }).script.random).toEqual([0.5, 0.25, 0.75]);
});

test('a request that a worker has not answered was made before it was refused', () => {
  const refused = { slot: 1, asked: 'pause', why: 'it has not answered within 5000 ms' } as const;
  const events = [...boot(0, first), event(9_000, 'pause-refused', refused)];
  expect(scriptOf(events).script.inputs).toEqual([{ at: 4_000, input: 'pause 1' }]);
});

test('memory and requests come from samples, or from what a recycling says', () => {
  const recycled = event(60_000, 'recycle', { worker: first, why: 'memory', value: 700, limit: 600 });
  expect(livesIn([...boot(0, first), recycled])).toMatchObject([{ samples: [{ after: 55_500, rss: 700 }] }]);
  const stats = event(1_000, 'stats', {
    worker: first,
    uptime: 1_000,
    usage: { state: 'running', rss: 500, cpu: 0 },
  });
  expect(livesIn([...boot(0, first), stats, recycled])).toMatchObject([{ samples: [{ after: 1_000, rss: 500 }] }]);
});

test('inputs are what no signal and no decision of the master stands for', () => {
  const request = (time: number, id: string, why: string, slot?: number, of?: typeof first) =>
    event(time, 'restart', { request: id, why, ...(slot !== undefined && { slot }), ...(of && { worker: of }) });
  expect(
    scriptOf([
      ...boot(0, first),
      event(100, 'signal', { signal: 'SIGUSR2', action: 'restart' }),
      request(100, 'SIGUSR2#5', 'SIGUSR2'),
      request(200, 'restart()#1', 'deploy'),
      request(300, 'restart()#2', 'it leaks', 1),
      // It was recycled for its memory: that was decided by the master.
      request(400, 'recycle#9', 'recycle.memory of worker 1', 1, first),
      // And this by the time of day.
      request(500, 'recycle#10', 'recycle.at of worker 1', 1, first),
      event(600, 'scale', { from: 1, to: 3, why: 'scale()' }),
      event(650, 'scale', { from: 3, to: 3, why: 'busy' }),
      event(700, 'pause', { worker: first, why: 'pause()', serves: false }),
      event(800, 'resume', { worker: first, why: 'resume()', serves: true }),
      event(850, 'resume', { worker: first, why: 'no other worker is ready', serves: true }),
      event(855, 'resume', { worker: first, why: 'it has answered late', serves: true }),
      event(860, 'pause-refused', { asked: 'pause', slot: 2, why: 'slot 2 has no ready worker' }),
      event(900, 'shutdown', { force: false, why: 'gave up' }),
      event(950, 'shutdown', { force: true, why: 'forceShutdown()' }),
    ]).script.inputs,
  ).toEqual([
    { at: 100, input: 'SIGUSR2' },
    { at: 200, input: 'restart' },
    { at: 300, input: 'restart 1' },
    { at: 500, input: 'restart 1' },
    { at: 600, input: 'scale 3' },
    { at: 700, input: 'pause 1' },
    { at: 800, input: 'resume 1' },
    { at: 860, input: 'pause 2' },
    { at: 950, input: 'force' },
  ]);
});

test('a recording that begins in the middle gives its workers time to be stable, and a usual boot', () => {
  const second = worker(2, 2);
  const { script, size, assumptions } = scriptOf(
    [
      event(0, 'available', { worker: first, after: 1_000 }),
      event(500, 'scale', { from: 1, to: 2, why: 'scale()' }),
      ...boot(500, second, 'scale'),
      exit(3_000, first, 900_000),
    ],
    { first: 812 },
  );
  expect(script.begin).toBe(120_000);
  expect(script.lives).toEqual([
    { slot: 1, at: 0, online: 30, listening: 40, leaves: 1, crashes: { after: 123_000, code: 1 } },
    { slot: 2, at: 120_500, online: 30, listening: 40, leaves: 1 },
  ]);
  expect(size).toBe(1);
  expect(assumptions).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^The recording begins while the cluster runs: /),
      'The boot of worker 1 is not recorded: it is assumed to be as that of the others (median).',
    ]),
  );
});

test('a worker that was young when the recording begins had a stable one before it', () => {
  const { script } = scriptOf([event(0, 'available', { worker: first, after: 1_000 }), exit(3_000, first, 9_000)], {
    first: 812,
  });
  expect(script.lives).toMatchObject([
    { slot: 1, at: 0, crashes: { after: 114_000, code: 1 } },
    { slot: 1, at: 114_000, crashes: { after: 9_000, code: 1 } },
  ]);
  expect(script.random).toEqual([0.5]);
});

test('a slot without an event in a recording that begins in the middle has a worker all the time', () => {
  const events = recording(boot(0, worker(7, 2), 'respawn'), { first: 50 });
  expect(livesOf({ cluster: 'web', events, whole: false, assumptions: [] }, 3).script.lives).toEqual([
    { slot: 1, at: 0, online: 30, listening: 40, leaves: 1 },
    { slot: 3, at: 0, online: 30, listening: 40, leaves: 1 },
    { slot: 2, at: 120_000, online: 30, listening: 40, leaves: 1 },
  ]);
});

test('a boot that goes on at the end is completed later than that', () => {
  const second = worker(2, 2);
  const begun = [
    ...boot(0, first),
    event(100, 'scale', { from: 1, to: 2, why: 'scale()' }),
    event(100, 'fork', { worker: second, why: 'scale' }),
  ];
  expect(livesIn(begun)[1]).toMatchObject({ online: 30, listening: 40 });
  expect(livesIn([...begun, event(2_000, 'available', { worker: first, after: 1_960 })])[1]).toMatchObject({
    online: 1_906,
    listening: 1_906,
  });
});

test('a clock that is set back does not turn the time', () => {
  const { script, assumptions } = scriptOf([...boot(0, first), exit(20, first, 90)]);
  expect(script.lives).toMatchObject([{ crashes: { after: 40 } }]);
  expect(assumptions).toContainEqual(expect.stringMatching(/^The clock of the machine was set back/));
});
