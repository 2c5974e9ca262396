import { delay, EMPTY, filter, map, merge, of } from 'rxjs';
import type { Hang, SimulatedPart } from '../contract/simulatedPart.js';
import { type HelloFrame, isPing, name, type PongFrame } from './frames.js';

export interface HealthBehaviour {
  /** It runs no JavaScript for a while. A worker without `hangs` and `answersHeartbeats` answers no heartbeats and is not watched, so that virtual time ends when nothing else happens. */
  readonly hangs?: Hang;
  /** From a heartbeat to its answer, in ms: its event loop is that busy. Default 0. */
  readonly answersHeartbeats?: number;
}

const hanging =
  (how: Hang['how']) =>
  (begin: number, end: number): HealthBehaviour => ({ hangs: { after: begin, for: end - begin, how } });

/** A simulated worker that answers heartbeats while it does not hang. */
export const health: SimulatedPart<HealthBehaviour> = {
  name,
  simulate:
    ({ hangs, answersHeartbeats: late }) =>
    (told$) => {
      if (hangs === undefined && late === undefined) return EMPTY;
      const pongs$ = told$.pipe(
        filter(isPing),
        map(({ ping }): PongFrame => ({ pong: ping, utilization: late === undefined ? 0 : 1, inspected: false })),
      );
      return merge(
        of({ hello: true } satisfies HelloFrame),
        late === undefined || late === 0 ? pongs$ : pongs$.pipe(delay(late)),
      );
    },
  rows: { loops: hanging('loop'), blocked: hanging('blocked'), stopped: hanging('stopped') },
};
