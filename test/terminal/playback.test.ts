import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { foldInput } from '../../src/terminal/model/foldInput.js';
import { type Playback, type PlaybackStep, startPlayback, stepPlayback } from '../../src/terminal/model/playback.js';
import { rowsOf } from '../../src/terminal/model/rows.js';
import { newView, type View } from '../../src/terminal/model/view.js';
import { noon, started } from './views.js';

/** Two workers that start within 1.04 s. */
const events = started.flatMap((input): readonly ClusterEvent[] =>
  input.type === 'event' && 'event' in input.line ? [input.line.event] : [],
);
const begin = startPlayback('incident.jsonl', events);
const pass = (ms: number): PlaybackStep => ({ type: 'pass', ms });

const played = (...steps: readonly PlaybackStep[]): { readonly playback: Playback; readonly view: View } =>
  steps.reduce(
    ({ playback, view }, step) => {
      const after = stepPlayback(playback, step);
      return { playback: after, view: after.inputs.reduce(foldInput, view) };
    },
    { playback: begin, view: begin.inputs.reduce(foldInput, newView(begin.clock, begin.player)) },
  );

const states = (view: View) => rowsOf(view).map(({ slot, state }) => `${slot?.slot ?? 'web'} ${state}`);

test('a recording begins with its first event, and knows when it ends', () => {
  expect(begin.player).toEqual({
    file: 'incident.jsonl',
    state: 'playing',
    speed: 1,
    from: noon + 10,
    to: noon + 1_040,
  });
  expect(states(played().view)).toEqual([]);
});

test('events are shown at their times', () => {
  expect(states(played(pass(5)).view)).toEqual(['web starting', '1 booting']);
  expect(states(played(pass(5), pass(5)).view)).toEqual(['web starting', '1 booting', '2 booting']);
  const { playback, view } = played(pass(500), pass(510));
  expect(states(view)).toEqual(['web running', '1 ready', '2 ready']);
  expect(view.now).toBe(noon + 1_020);
  expect(playback.player.state).toBe('playing');
});

test('the last event ends it, its time is that of the event, and a pause then begins anew', () => {
  const { playback, view } = played(pass(10_000));
  expect([playback.player.state, view.now]).toEqual(['ended', noon + 1_040]);
  expect(stepPlayback(playback, pass(100)).inputs).toEqual([]);
  expect(states(played(pass(10_000), { type: 'pause' }).view)).toEqual([]);
});

test('while it is paused no time passes', () => {
  const { playback, view } = played(pass(5), { type: 'pause' }, pass(10_000));
  expect([playback.player.state, view.now]).toEqual(['paused', noon + 15]);
  expect(states(played(pass(5), { type: 'pause' }, { type: 'pause' }, pass(10)).view)).toHaveLength(3);
});

test('a step shows the next event, and pauses', () => {
  const { playback, view } = played({ type: 'step' }, { type: 'step' }, pass(10_000));
  expect(states(view)).toEqual(['web starting', '1 booting', '2 booting']);
  expect(playback.player.state).toBe('paused');
  expect(view.now).toBe(noon + 20);
});

test('time passes faster and slower, within limits', () => {
  const faster = { type: 'faster' } as const;
  expect(played(faster, pass(50)).playback.clock).toBe(noon + 110);
  expect(played(...Array.from({ length: 20 }, () => faster)).playback.player.speed).toBe(300);
  expect(played(faster, { type: 'slower' }, { type: 'slower' }).playback.player.speed).toBe(1);
});

test('what comes after a step of the clock of the machine is shown', () => {
  const [first, second] = events;
  if (first === undefined || second === undefined) throw new Error('there are no events');
  const back = startPlayback('back.jsonl', [{ ...first, time: noon + 5_000 }, second]);
  const { player, next } = stepPlayback(back, pass(1));
  expect([player.to, next, player.state]).toEqual([noon + 5_000, 2, 'ended']);
});

test('a recording without events ends at once', () => {
  expect(stepPlayback(startPlayback('empty.jsonl', []), pass(1)).player.state).toBe('ended');
});
