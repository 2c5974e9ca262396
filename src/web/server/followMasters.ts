import { connect } from '../../client.js';
import { type History, sampleHistory } from './history.js';
import type { MasterPlace } from './forward.js';

export interface FollowedMasters {
  /** The history of a master. `undefined`: it is not followed yet. */
  readonly historyOf: (id: string) => History | undefined;
  readonly close: () => void;
}

interface Follower {
  readonly history: History;
  readonly stop: () => void;
  readonly ended: () => boolean;
}

const lookMs = 5_000;

/** Follows the samples of masters of other processes, also while no page is open. The history of one that has ended is forgotten. */
export const followMasters = (find: () => Promise<readonly MasterPlace[]>): FollowedMasters => {
  const followers = new Map<string, Follower>();
  let closed = false;

  const look = async (): Promise<void> => {
    // Where they cannot be found now, those that are known go on.
    const places = await find().catch(() => undefined);
    if (closed || places === undefined) return;
    for (const [id, { stop }] of followers) {
      if (places.some((place) => place.id === id)) continue;
      stop();
      followers.delete(id);
    }
    for (const place of places) {
      const known = followers.get(place.id);
      if (known === undefined || known.ended()) followers.set(place.id, follow(place, known?.history));
    }
  };
  void look();
  const timer = setInterval(() => void look(), lookMs);

  return {
    historyOf: (id) => followers.get(id)?.history,
    close: () => {
      closed = true;
      clearInterval(timer);
      for (const { stop } of followers.values()) stop();
    },
  };
};

const follow = (place: MasterPlace, history = sampleHistory()): Follower => {
  const stopped = new AbortController();
  let ended = false;
  readSamples(place, history, stopped.signal)
    // It has ended, or does not answer: the next look shows which.
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return { history, ended: () => ended, stop: () => stopped.abort() };
};

/** Resolves when the master has ended. */
const readSamples = async (place: MasterPlace, { add }: History, stopped: AbortSignal): Promise<void> => {
  const master = await connect('path' in place ? place.path : place);
  const samples = master.followStats()[Symbol.asyncIterator]();
  stopped.addEventListener('abort', () => void samples.return?.());
  while (!stopped.aborted) {
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await samples.next();
    if (done === true) return;
    if (!('dropped' in value)) add(value);
  }
};
