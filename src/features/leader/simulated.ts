import { EMPTY, filter, map, switchMap, tap } from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { SimulatedPart } from '../contract/simulatedPart.js';
import { isLeads, name, type ResignedFrame } from './frames.js';

export interface LeaderBehaviour {
  /** From being told that it leads no longer to its answer, in ms; `Infinity` for a worker that does not answer. Default 0. */
  readonly resigns?: number;
}

/** A simulated worker's part of leadership. A process that takes itself for the leader is marked. */
export const leader: SimulatedPart<LeaderBehaviour> = {
  name,
  simulate:
    ({ resigns = 0 }, mark) =>
    (told$) =>
      told$.pipe(
        filter(isLeads),
        switchMap(({ leads }) => {
          if (leads) {
            mark(true);
            return EMPTY;
          }
          return after(resigns).pipe(
            tap(() => mark(false)),
            map((): ResignedFrame => ({ resigned: true })),
          );
        }),
      ),
};
