import { filter, map, mergeMap } from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { SimulatedPart } from '../contract/simulatedPart.js';
import { text, time } from '../../validation/rule.js';
import { isTurn, name, type TurnedFrame } from './frames.js';

export interface PauseBehaviour {
  /** From being told to accept no connections, or to accept them again, to its answer, in ms; `Infinity` for a worker that does not answer. Default 0. */
  readonly turns?: number;
  /** It cannot stop accepting, for this reason. */
  readonly cannotPause?: string;
}

/** A simulated worker's part of a pause. */
export const pause: SimulatedPart<PauseBehaviour> = {
  name,
  rules: { turns: time, cannotPause: text },
  simulate:
    ({ turns = 0, cannotPause }) =>
    (told$) =>
      told$.pipe(
        filter(isTurn),
        mergeMap(({ accept, n }) =>
          after(turns).pipe(
            map((): TurnedFrame => {
              if (accept || cannotPause === undefined) return { n, accepts: accept };
              return { n, accepts: true, why: cannotPause };
            }),
          ),
        ),
      ),
};
