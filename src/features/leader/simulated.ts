import { EMPTY, filter, map, switchMap, tap } from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { SimulatedPart } from '../contract/simulatedPart.js';
import { time } from '../../validation/rule.js';
import { isLeads, name, type ResignedFrame } from './frames.js';

export interface LeaderBehaviour {
  /** From being told that it is no longer the leader to its confirmation, in ms; `Infinity` for a worker that does not confirm. Default 0. */
  readonly resigns?: number;
}

/** The part of a simulated worker. A process that considers itself the leader is marked. */
export const leader: SimulatedPart<LeaderBehaviour> = {
  name,
  rules: { resigns: time },
  simulate:
    ({ resigns = 0 }, mark) =>
    (frames$) =>
      frames$.pipe(
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
