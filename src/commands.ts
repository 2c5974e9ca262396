import { filter, firstValueFrom, map, merge, type Observer } from 'rxjs';
import { NotRunningError } from './errors.js';
import type { ClusterEvent, Of, RestartResult, Wish, WorkerRef } from './events.js';
import { validateSize } from './validate.js';
import { report, type Running, running$, told$ } from './running.js';

let requests = 0;

/**
 * Replaces every worker, one slot after the other, without losing one that serves. Resolves when its roll has ended and never rejects
 * for an outcome: `{ outcome: 'done' | 'aborted' | 'cancelled', replaced, kept, cause }`. Asked for during a roll it is
 * one more roll after that one; who waits together shares the result. Rejects with `NotRunningError` where no cluster runs.
 *
 * @example
 * const { outcome, cause } = await restart();
 * if (outcome !== 'done') console.error(cause);
 */
export const restart = async (): Promise<RestartResult> => {
  const running = theRunning('restart()');
  const request = nextRequest('restart()');
  const result = firstValueFrom(
    merge(
      told$.pipe(
        filter(endsRoll(request)),
        map(({ result }) => result),
      ),
      running.gone$.pipe(map(() => cutShort(running))),
    ),
  );
  running.ask({ type: 'restart', request, why: 'restart()' });
  return result;
};

/**
 * Asks every worker to leave and resolves when the last one has. One that is still there after `disconnectTimeout` is killed.
 * Where no cluster runs it resolves at once: what is asked for is so already.
 *
 * @example
 * signal$('SIGALRM').subscribe(() => shutdown());
 */
export const shutdown = (): Promise<void> => stop(false, 'shutdown()');

/**
 * Kills every worker and resolves when the last one has gone. Where no cluster runs it resolves at once.
 *
 * @example
 * timer(5_000).subscribe(() => forceShutdown());
 */
export const forceShutdown = (): Promise<void> => stop(true, 'forceShutdown()');

/**
 * From now on there are to be `size` workers: further ones are forked, or the youngest slots are retired gracefully.
 * It is decided at once, told by a `scale` event, and takes as long as booting or leaving takes: `workers$` has who is there. Throws `ConfigError`
 * for what is no whole number from 1, `NotRunningError` where no cluster runs. During a shutdown it changes nothing.
 *
 * @example
 * scale(8);
 */
export const scale = (size: number): void => {
  validateSize('scale()', size);
  theRunning('scale()').ask({ type: 'scale', to: size, why: 'scale()' });
};

/**
 * Sends a message to one worker, or to all. Throws `MessageError` if it cannot be serialised or the worker has left,
 * `NotRunningError` where no cluster runs; what fails on the way becomes an `error` event.
 *
 * @example
 * send({ cmd: 'reload' });
 * messages$.subscribe(({ worker }) => send({ cmd: 'thanks' }, worker));
 */
export const send = (message: unknown, worker?: Pick<WorkerRef, 'id'>): void => {
  const { host, ask } = theRunning('send()');
  host.send(message, worker?.id, (error) => ask({ type: 'error', error }));
};

/**
 * Every value is a request to restart. It outlives what is connected to it: a source that completes changes nothing, one that errors becomes an
 * `error` event.
 *
 * @example
 * signal$('SIGUSR1').pipe(debounceTime(500)).subscribe(restart$);
 */
export const restart$: Observer<unknown> = wishing('restart$', () => ({
  type: 'restart',
  request: nextRequest('restart$'),
  why: 'restart$',
}));

/**
 * Every value is a request to shut down. It outlives what is connected to it, as `restart$` does.
 *
 * @example
 * timer(3_600_000).subscribe(shutdown$);
 */
export const shutdown$: Observer<unknown> = wishing('shutdown$', () => ({
  type: 'shutdown',
  force: false,
  why: 'shutdown$',
}));

function wishing(name: string, wish: () => Wish): Observer<unknown> {
  return {
    next: () => {
      try {
        theRunning(name).ask(wish());
      } catch (error) {
        report(name)(error);
      }
    },
    error: (error) => report(`what is connected to ${name}`)(error),
    complete: () => {},
  };
}

const nextRequest = (by: string): string => {
  requests += 1;
  return `${by}#${requests}`;
};

const stop = async (force: boolean, why: string): Promise<void> => {
  const [running] = running$.value;
  if (running === undefined) return;
  const gone = firstValueFrom(running.gone$);
  running.ask({ type: 'shutdown', force, why });
  await gone;
};

const theRunning = (what: string): Running => {
  const [running] = running$.value;
  if (running === undefined) {
    throw new NotRunningError(
      `${what}: expected a running cluster, there is none. Subscribe cluster$(conf) first; after its end, anew`,
    );
  }
  return running;
};

const endsRoll =
  (request: string) =>
  (event: ClusterEvent): event is Of<ClusterEvent, 'restart-end' | 'restart-abort'> =>
    (event.type === 'restart-end' || event.type === 'restart-abort') && event.requests.includes(request);

const cutShort = ({ census }: Running): RestartResult => ({
  outcome: 'cancelled',
  replaced: [],
  kept: Array.from({ length: census.size }, (_, index) => index + 1),
  cause: { why: 'the cluster has ended' },
});
