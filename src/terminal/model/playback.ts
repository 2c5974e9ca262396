import { type ClusterEvent, describeEvent } from '../../index.js';
import type { Input } from './input.js';
import type { Player } from './view.js';

/** A recording that is played: where it is, and what the last step has shown. */
export interface Playback {
  readonly events: readonly ClusterEvent[];
  /** The index of the event that comes next. */
  readonly next: number;
  readonly player: Player;
  /** The time of the recording. */
  readonly clock: number;
  readonly inputs: readonly Input[];
}

/** What moves a recording on: time, in ms, or a key. */
export type PlaybackStep =
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'pause' | 'step' | 'faster' | 'slower' };

const speeds = [1, 2, 5, 10, 30, 60, 300] as const;

/** A recording at its beginning. */
export const startPlayback = (file: string, events: readonly ClusterEvent[]): Playback => {
  const from = events[0]?.time ?? 0;
  // The clock of a machine may have been set back meanwhile.
  const to = events.reduce((latest, { time }) => Math.max(latest, time), from);
  const player: Player = { file, state: 'playing', speed: 1, from, to };
  const inputs: readonly Input[] = [
    { type: 'tick', now: from },
    { type: 'found', at: file },
    { type: 'player', player },
  ];
  return { events, next: 0, player, clock: from, inputs };
};

/** The recording after a step. */
export const stepPlayback = (playback: Playback, step: PlaybackStep): Playback => {
  const { player, clock, events, next } = playback;
  switch (step.type) {
    case 'pass':
      return player.state === 'playing'
        ? playedTo(playback, clock + step.ms * player.speed)
        : { ...playback, inputs: [] };
    case 'pause':
      if (player.state === 'ended') return startPlayback(player.file, events);
      return withPlayer(playback, { ...player, state: player.state === 'paused' ? 'playing' : 'paused' });
    case 'step': {
      const following = events.slice(next).find(({ type }) => type !== 'stats');
      const paused = { ...playback, player: { ...player, state: 'paused' } as const };
      return playedTo(paused, Math.max(clock, following?.time ?? player.to));
    }
    default: {
      const at = speeds.findIndex((speed) => speed === player.speed) + (step.type === 'faster' ? 1 : -1);
      return withPlayer(playback, { ...player, speed: speeds[at] ?? player.speed });
    }
  }
};

const withPlayer = (playback: Playback, player: Player): Playback => ({
  ...playback,
  player,
  inputs: [{ type: 'player', player }],
});

/** Shows the events up to a time. */
const playedTo = ({ events, next, player, clock }: Playback, time: number): Playback => {
  const until = Math.min(time, player.to);
  const following = events.findIndex((event, at) => at >= next && event.time > until);
  const end = following === -1 ? events.length : following;
  const after: Player = end === events.length ? { ...player, state: 'ended' } : player;
  const now = Math.max(clock, until);
  return {
    events,
    next: end,
    player: after,
    clock: now,
    inputs: [
      ...events.slice(next, end).map((event, at) => inputOf(player.file, event, next + at)),
      { type: 'player', player: after },
      { type: 'tick', now },
    ],
  };
};

const inputOf = (at: string, event: ClusterEvent, id: number): Input => {
  if (event.type === 'stats') return { type: 'sample', at, sample: event };
  const [level, text] = describeEvent(event) ?? ['debug', event.type];
  return { type: 'event', at, line: { id, level, text, event } };
};
