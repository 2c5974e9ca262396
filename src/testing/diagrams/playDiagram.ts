import {
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  catchError,
  endWith,
  Subject,
  takeUntil,
  tap,
  toArray,
} from 'rxjs';
import type { Picture } from '../../drawing/picture.js';
import { pictureOf } from '../../drawing/pictureOf.js';
import { pictureText } from '../../drawing/pictureText.js';
import type { Received } from '../../drawing/receivedRow.js';
import type { ClusterEvent } from '../../features/index.js';
import { after } from '../../operators/general/after.js';
import type { ClusterCommand } from '../../vocabulary/events.js';
import { askWorkers } from './askWorkers.js';
import { deliverTopics } from './deliverTopics.js';
import type { Diagram, DiagramInput } from './diagram.js';
import { commandOf, isInput, isSignal, isSuspension, suspendedMs } from './diagramInputs.js';
import { isObservation, isRequest, periodOf, timeoutOf } from './diagramTraffic.js';
import { observeWorkers } from './observeWorkers.js';
import { playClusters } from './playClusters.js';
import { shareLoad } from './shareLoad.js';
import { simulatedHost } from '../simulatedHost.js';

/**
 * Runs a scenario with the real master and draws what happened, in the same form.
 * Subscribe to it under a `TestScheduler`. Emits the picture once, when the master has ended or the last column is reached, and completes.
 *
 * @example
 * new TestScheduler(assert.deepEqual).run(() => playDiagram(readDiagram(text)).subscribe((picture) => console.log(picture)));
 */
export const playDiagram = (diagram: Diagram): Observable<string> =>
  playEvents(diagram).pipe(map(({ picture }) => pictureText(picture)));

/** What came out. */
export interface PlayedDiagram {
  /** Those of all its clusters. */
  readonly events: readonly ClusterEvent[];
  readonly picture: Picture;
}

/** The same as a picture, with the events. */
export const playEvents = (diagram: Diagram): Observable<PlayedDiagram> =>
  defer(() => {
    const { clusters, column, random, outputs, behaviours, end } = diagram;
    const inputs = diagram.inputs.map((input) => ({ name: input.name, times: timesOf(input, column) }));
    let suspended = 0;
    let drawn = 0;
    const simulated = simulatedHost({
      behave: (_, fork) => ({ ...shared, ...behaviours.get(fork) }),
      random: () => random[drawn++] ?? 0.5,
    });
    const host = { ...simulated, now: () => simulated.now() + suspended };
    const shared = shareLoad(inputs, host);
    const commands$ = new Subject<ClusterCommand>();
    const past: ClusterEvent[] = [];
    const events$ = new Subject<ClusterEvent>();
    const given$ = happenings(inputs).pipe(
      mergeMap((name): Observable<Outcome> => {
        if (isRequest(name)) return askWorkers({ timeout: timeoutOf(name), past, events$, behaviours, now: host.now });
        if (isSignal(name)) host.raise(name);
        else if (isSuspension(name)) suspended += suspendedMs(name);
        else commands$.next(commandOf(name));
        return EMPTY;
      }),
    );
    const observed$ = merge(
      ...inputs
        .filter(({ name }) => isObservation(name))
        .map(({ name, times: [begin = Infinity, stop = Infinity] }) =>
          after(begin).pipe(
            mergeMap(() => observeWorkers({ every: periodOf(name), past, events$, now: host.now })),
            takeUntil(after(stop)),
          ),
        ),
    );
    const played$ = playClusters(diagram, host, commands$).pipe(
      tap({
        next: (event) => {
          past.push(event);
          events$.next(event);
        },
        finalize: () => events$.complete(),
      }),
      ignoreElements(),
      endWith<Outcome>('complete'),
      catchError(({ name }: Error) => of<Outcome>(`error: ${name}`)),
    );
    return merge(deliverTopics({ rows: inputs, events$, now: host.now }), played$, observed$, given$).pipe(
      takeUntil(after(end * column)),
      toArray(),
      map((outcomes) => ({
        events: past,
        picture: pictureOf({
          events: past,
          inputs,
          outputs,
          received: outcomes.filter((outcome) => typeof outcome !== 'string'),
          named: clusters.some(({ name }) => name !== undefined),
          ending: outcomes.findLast((outcome) => typeof outcome === 'string'),
          column,
          width: end,
        }),
      })),
    );
  });

/** A row from outside, with the ms of its marks. */
interface Given {
  readonly name: string;
  readonly times: readonly number[];
}

/** What happens at a moment and is no topic: the name of its row. Other rows say what lasts. */
const happenings = (inputs: readonly Given[]): Observable<string> =>
  merge(
    ...inputs
      .filter(({ name }) => isInput(name) || isRequest(name))
      .flatMap(({ name, times }) => times.map((time) => after(time).pipe(map(() => name)))),
  );

/** Something that was received, or how it ended. */
type Outcome = Received | string;

/** The ms at which a row has its marks. */
const timesOf = ({ marks }: DiagramInput, column: number): readonly number[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [at * column] : []));
