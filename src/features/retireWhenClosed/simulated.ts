import { map, NEVER } from 'rxjs';
import { after } from '../../operators/general/after.js';
import { time } from '../../validation/rule.js';
import type { SimulatedPart } from '../contract/simulatedPart.js';
import { name } from './frames.js';

export interface RetireWhenClosedBehaviour {
  /** From its fork to when its application has closed its servers, in ms. Default: never. */
  readonly closes?: number;
}

/** A simulated worker whose application closes its servers. */
export const retireWhenClosed: SimulatedPart<RetireWhenClosedBehaviour> = {
  name,
  rules: { closes: time },
  simulate:
    ({ closes = Infinity }) =>
    () =>
      closes === Infinity ? NEVER : after(closes).pipe(map(() => ({ closed: true }))),
  // It leaves only because the master asks it to.
  rows: { closes: (begin) => ({ closes: begin, walksOut: Infinity }) },
};
