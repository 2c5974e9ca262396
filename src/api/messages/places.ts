import { filter, map, merge, type Observable, takeWhile } from 'rxjs';
import { requireClusters, type SlotAddress } from '../../registry/addressing.js';
import { MessageError } from '../../vocabulary/errors.js';
import type { Peer } from '../../host/workerChannel.js';
import { type RunningCluster, runningClusters$, allEvents$ } from '../../registry/runningClusters.js';
import { type Slot, slots } from '../../streams/hot/workers.js';
import { validateRecipient, validateSlot } from '../../validation/arguments.js';

/** The slots that an address selects, and access to their workers. */
export interface Places {
  /** The slots with their workers, on subscription and after each event that may change them. Completes when the clusters have ended. */
  readonly slot$: Observable<readonly Slot[]>;
  /** The connection to a worker; `undefined` when its channel has closed. */
  readonly peer: (worker: number) => Peer | undefined;
}

/**
 * The slots that an address selects, of the clusters that run now. Throws `ConfigError` for a wrong address, `NotRunningError` where no such cluster runs, `MessageError` where none has the slot.
 */
export const places = (what: string, to: SlotAddress | undefined): Places => {
  validateRecipient(`${what}()`, to);
  if (to === undefined || !('slot' in to)) return placesOf(requireClusters(`${what}()`, to), undefined);
  const { slot, ...rest } = to;
  validateSlot(`${what}().slot`, slot);
  const meant = requireClusters(`${what}()`, rest).filter(({ state }) => state.slots.get(slot ?? 0)?.open === true);
  if (meant.length === 0) throw new MessageError(`${what}: there is no slot ${slot}`);
  return placesOf(meant, slot);
};

const placesOf = (selected: readonly RunningCluster[], slot: number | undefined): Places => {
  const remaining = () => runningClusters$.value.filter((running) => selected.includes(running));
  const currentSlots = () =>
    remaining()
      .flatMap(({ name, state }) => slots(name, state))
      .filter((place) => slot === undefined || place.slot === slot);
  // The current slots come last, because a message to a worker can lead to an event.
  const change$ = merge(allEvents$.pipe(filter(({ type }) => type !== 'messages')), runningClusters$);
  return {
    slot$: change$.pipe(
      takeWhile(() => remaining().length > 0),
      map(currentSlots),
    ),
    peer: (worker) =>
      remaining()
        .flatMap(({ host }) => host.peers())
        .find((peer) => peer.worker.id === worker),
  };
};
