import { concatMap, EMPTY, filter, map, merge, of, startWith, withLatestFrom } from 'rxjs';
import { after } from '../../operators/general/after.js';
import { listOf } from '../../validation/listOf.js';
import { needs } from '../../validation/needs.js';
import { recordOf } from '../../validation/recordOf.js';
import { oneOf, or, time } from '../../validation/rule.js';
import type { Hang, SimulatedPart } from '../contract/simulatedPart.js';
import { type HelloFrame, isPing, name, type PongFrame } from './frames.js';

export interface HealthBehaviour {
  /** It runs no JavaScript for a while. A worker without `hangs` and `answersHeartbeats` answers no heartbeats and is not watched, so that virtual time ends when nothing else happens. */
  readonly hangs?: Hang;
  /** From a heartbeat to its answer, in ms: its event loop is that busy. Or from which time since its fork on it takes how long. Default 0. */
  readonly answersHeartbeats?: number | readonly { readonly after: number; readonly takes: number }[];
}

const hanging =
  (how: Hang['how']) =>
  (begin: number, end: number): HealthBehaviour => ({ hangs: { after: begin, for: end - begin, how } });

/** Its answers take so long meanwhile, in ms. */
const busyMs = 3;
const busy = (begin: number, end: number): HealthBehaviour => ({
  answersHeartbeats: [
    { after: begin, takes: busyMs },
    { after: end, takes: 0 },
  ],
});

const steps = listOf(
  needs(recordOf('answersHeartbeats', { after: time, takes: time }), 'after', 'takes'),
  '{ after, takes }',
);

/** A simulated worker that answers heartbeats while it does not hang. */
export const health: SimulatedPart<HealthBehaviour> = {
  name,
  rules: {
    hangs: needs(
      recordOf('hangs', { after: time, for: time, how: oneOf('loop', 'stopped', 'blocked') }),
      'after',
      'how',
    ),
    answersHeartbeats: or(time, (value) => steps.accepts(value), 'a list of { after, takes }'),
  },
  simulate:
    ({ hangs, answersHeartbeats: late }) =>
    (told$) => {
      if (hangs === undefined && late === undefined) return EMPTY;
      const steps = typeof late === 'object' ? late : [{ after: 0, takes: late ?? 0 }];
      const takes$ = merge(
        ...steps.map(({ after: begin, takes }) => (begin === 0 ? of(takes) : after(begin).pipe(map(() => takes)))),
      ).pipe(startWith(0));
      const pongs$ = told$.pipe(
        filter(isPing),
        withLatestFrom(takes$),
        concatMap(([{ ping }, takes]) => {
          const pong: PongFrame = { pong: ping, utilization: takes > 0 ? 1 : 0, inspected: false };
          return takes > 0 ? after(takes).pipe(map(() => pong)) : of(pong);
        }),
      );
      return merge(of({ hello: true } satisfies HelloFrame), pongs$);
    },
  rows: { loops: hanging('loop'), blocked: hanging('blocked'), stopped: hanging('stopped'), busy },
};
