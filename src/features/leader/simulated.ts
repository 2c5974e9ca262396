import { EMPTY, filter, map, scan, switchMap } from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { SimulatedPart } from '../contract/simulatedPart.js';
import { time } from '../../validation/rule.js';
import { isLeads, isTerm, type LeadsFrame, name, type ResignedFrame } from './frames.js';

export interface LeaderBehaviour {
  /** From being told that it is no longer the leader to its confirmation, in ms; `Infinity` for a worker that does not confirm. Default 0. */
  readonly resigns?: number;
}

const unled: { readonly frame: LeadsFrame; readonly token: number | undefined } = {
  frame: { leads: false },
  token: undefined,
};

/** The part of a simulated worker. A process that considers itself the leader is marked. */
export const leader: SimulatedPart<LeaderBehaviour> = {
  name,
  rules: { resigns: time },
  simulate:
    ({ resigns = 0 }, mark) =>
    (frames$) =>
      frames$.pipe(
        filter(isLeads),
        scan((before, frame) => ({ frame, token: isTerm(frame) ? frame.token : before.token }), unled),
        switchMap(({ frame, token }) => {
          const resigned = (more?: Pick<ResignedFrame, 'expired'>): ResignedFrame => {
            mark(false);
            return { resigned: true, ...(token !== undefined && { token }), ...more };
          };
          if (!frame.leads) return after(resigns).pipe(map(() => resigned()));
          mark(true);
          return isTerm(frame) ? after(frame.validFor).pipe(map(() => resigned({ expired: true }))) : EMPTY;
        }),
      ),
};
