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
import { behaviourOf } from './behaviourNames.js';
import type { Diagram, DiagramInput } from './diagram.js';
import { commandOf, isRequest, isSignal, isSuspension, suspendedMs, timeoutOf } from './diagramInputs.js';
import { playClusters } from './playClusters.js';
import { simulatedHost } from '../simulatedHost.js';

/**
 * Runs a scenario with the real master and draws what happened, in the same form.
 * Subscribe to it under a `TestScheduler`. Emits the picture once, when the master has ended or the last column is reached, and completes.
 *
 * @example
 * new TestScheduler(assert.deepEqual).run(() => playDiagram(readDiagram(text)).subscribe((picture) => console.log(picture)));
 */
export const playDiagram = (diagram: Diagram): Observable<string> => playPicture(diagram).pipe(map(pictureText));

/** The same as a picture. */
export const playPicture = (diagram: Diagram): Observable<Picture> =>
  defer(() => {
    const { clusters, column, inputs, outputs, behaviours, end } = diagram;
    const simulated = simulatedHost({ behave: (_, fork) => behaviours.get(fork) ?? {} });
    let suspended = 0;
    const host = { ...simulated, now: () => simulated.now() + suspended };
    const commands$ = new Subject<ClusterCommand>();
    const past: ClusterEvent[] = [];
    const events$ = new Subject<ClusterEvent>();
    const given$ = inputsOf(diagram).pipe(
      mergeMap((name): Observable<Outcome> => {
        if (isRequest(name)) return askWorkers({ timeout: timeoutOf(name), past, events$, behaviours, now: host.now });
        if (isSignal(name)) host.raise(name);
        else if (isSuspension(name)) suspended += suspendedMs(name);
        else commands$.next(commandOf(name));
        return EMPTY;
      }),
    );
    const played$ = playClusters(diagram, host, commands$).pipe(
      tap((event) => {
        past.push(event);
        events$.next(event);
      }),
      ignoreElements(),
      endWith<Outcome>('complete'),
      catchError(({ name }: Error) => of<Outcome>(`error: ${name}`)),
    );
    return merge(played$, given$).pipe(
      takeUntil(after(end * column)),
      toArray(),
      map((outcomes) =>
        pictureOf({
          events: past,
          inputs: inputs.map((input) => ({ name: input.name, times: timesOf(input, column) })),
          outputs,
          received: outcomes.filter((outcome) => typeof outcome !== 'string'),
          named: clusters.some(({ name }) => name !== undefined),
          ending: outcomes.findLast((outcome) => typeof outcome === 'string'),
          column,
          width: end,
        }),
      ),
    );
  });

/** The names of the rows from outside, each at its times. Rows about workers are none of them. */
const inputsOf = ({ inputs, column }: Diagram): Observable<string> =>
  merge(
    ...inputs
      .filter(({ name }) => behaviourOf(name) === undefined)
      .flatMap((input) => timesOf(input, column).map((time) => after(time).pipe(map(() => input.name)))),
  );

/** What came of a request, or how it ended. */
type Outcome = Received | string;

/** The ms at which a row has its marks. */
const timesOf = ({ marks }: DiagramInput, column: number): readonly number[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [at * column] : []));
