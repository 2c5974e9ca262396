import { filter, map, merge, type Observable, takeWhile } from 'rxjs';
import { someRunning, type To } from '../addressed.js';
import { MessageError } from '../errors.js';
import type { Peer } from '../host/mail.js';
import { type Running, running$, told$ } from '../running.js';
import { type Slot, slots } from '../streams/workers.js';
import { validateRecipient, validateSlot } from '../validate.js';

/** Slots of clusters, whoever is in them. */
export interface Places {
  /** The slots with their workers: now, and after each event that may change them. Completes when the clusters have ended. */
  readonly slot$: Observable<readonly Slot[]>;
  /** The way to talk with a worker; `undefined` when its channel has closed. */
  readonly peer: (worker: number) => Peer | undefined;
}

/**
 * The slots that an address means, of the clusters that run now. Throws `ConfigError` for an address that is none, `NotRunningError` where no such cluster runs, `MessageError` where none has the slot.
 */
export const places = (what: string, to: (To & { readonly slot?: number }) | undefined): Places => {
  validateRecipient(`${what}()`, to);
  if (to === undefined || !('slot' in to)) return placesOf(someRunning(`${what}()`, to), undefined);
  const { slot, ...rest } = to;
  validateSlot(`${what}().slot`, slot);
  const meant = someRunning(`${what}()`, rest).filter(({ census }) => census.seats.get(slot ?? 0)?.open === true);
  if (meant.length === 0) throw new MessageError(`${what}: there is no slot ${slot}`);
  return placesOf(meant, slot);
};

const placesOf = (meant: readonly Running[], slot: number | undefined): Places => {
  const left = () => running$.value.filter((running) => meant.includes(running));
  const placed = () =>
    left()
      .flatMap(({ name, census }) => slots(name, census))
      .filter((place) => slot === undefined || place.slot === slot);
  // The present comes last: what is said to a worker can lead to an event.
  const change$ = merge(told$.pipe(filter(({ type }) => type !== 'message' && type !== 'messages')), running$);
  return {
    slot$: change$.pipe(
      takeWhile(() => left().length > 0),
      map(placed),
    ),
    peer: (worker) =>
      left()
        .flatMap(({ host }) => host.peers())
        .find((peer) => peer.worker.id === worker),
  };
};
