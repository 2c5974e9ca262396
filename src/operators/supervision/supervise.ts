import { Observable, type Subscription } from 'rxjs';
import { messageOf, SupervisorError } from '../../vocabulary/errors.js';
import { after } from '../general/after.js';
import { relay, relayBeside } from '../general/relay.js';

/** What a supervisor must know of the events of its children. */
interface ChildEvent {
  readonly type: string;
  readonly cluster: string;
  /** Of a `signal`: what it makes a cluster do. */
  readonly action?: unknown;
}

export interface Supervision {
  /** The supervisor's name in reasons and errors. */
  readonly name: string;
  /** The index of the first child, in start order, that is restarted when the child at index `failed` fails; all after it are restarted too. */
  readonly from: (failed: number) => number;
  /** At most this many restarts within `period` ms; one more ends the supervisor. */
  readonly intensity: number;
  readonly period: number;
  /** A monotonic clock in ms. */
  readonly now: () => number;
  /** Asks a running cluster to shut down. */
  readonly stop: (cluster: string, why: string) => void;
  /** Whether a running cluster is temporary: it is never restarted. */
  readonly isTemporary: (cluster: string) => boolean;
  /** Called with the failure of a temporary child, which affects no other. */
  readonly report: (error: unknown) => void;
  /** Emits when all children have to shut down. */
  readonly halt$: Observable<unknown>;
}

/**
 * Runs children together and restarts some of them when one fails: a supervisor in OTP's sense. The children that share the failure are asked to shut down,
 * the last one first, each after the one behind it has ended; then they are started again in order.
 *
 * ```
 * a                       a---#
 * b                       b------|          asked to stop when a has failed; it takes 3 ms
 * supervise([a, b], …)    (ab)---(ab)-
 * ```
 *
 * A child that completes by itself is not restarted. A temporary child is never restarted: neither when another's failure has stopped it, nor when it fails,
 * which is reported and stops no other. A child that fails before its first event could not start, and
 * a restart would not help, so the supervisor ends. Completes when all children have ended. Errors with the latest failure, after stopping the other children,
 * if that exceeds the intensity. After `halt$` has emitted nothing is started. Unsubscribing unsubscribes all children.
 *
 * @see one_for_all and rest_for_one of OTP's supervisor, with its intensity and period.
 */
export const supervise = <E extends ChildEvent>(
  sources: readonly Observable<E>[],
  { name, from, intensity, period, now, stop, isTemporary, report, halt$ }: Supervision,
): Observable<E> =>
  new Observable((subscriber) => {
    const children = sources.map((source$, index) => newChild(source$, index));
    let restart: Restart | undefined;
    let restarts: readonly number[] = [];
    let runningSteps = false;

    const start = (child: Child<E>) => {
      Object.assign(child, {
        state: 'runs',
        hasEmitted: false,
        shuttingDown: false,
        temporary: false,
        latest: undefined,
      });
      let failure: Failure | undefined;
      const follower = relay(subscriber, (event: E) => onEvent(child, event), {
        error: (error: unknown) => {
          failure = { error };
        },
        complete: () => {},
      });
      // The child may be unsubscribed during its first event.
      child.subscription = follower;
      child.source$.subscribe(follower);
      // A cluster has ended when its teardown has run: only then its name is free again.
      follower.add(() => onEnd(child, failure));
    };

    const onEvent = (child: Child<E>, event: E) => {
      const { cluster, type } = event;
      const isNewCluster = type !== 'end' && !child.clusters.has(cluster);
      if (isNewCluster) {
        child.clusters.add(cluster);
        child.temporary = (child.temporary || !child.hasEmitted) && isTemporary(cluster);
      }
      child.hasEmitted = true;
      child.latest = cluster;
      if (type === 'end') child.clusters.delete(cluster);
      subscriber.next(event);
      if (isNewCluster && (child.state === 'asked' || child.shuttingDown)) stop(cluster, restart?.why ?? name);
      // A child that is down or runs nothing does not receive a signal that makes the others shut down.
      if (type === 'signal' && (event.action === 'shutdown' || event.action === 'force')) markShuttingDown([child]);
    };

    /** Unsubscribes a child that runs no cluster. Deferred, because the child may be in the middle of its first event. */
    const unsubscribeIfIdle = ({ clusters, subscription }: Child<E>) => {
      subscription?.add(
        after(0).subscribe(
          relayBeside(subscriber, () => {
            if (clusters.size === 0) subscription.unsubscribe();
          }),
        ),
      );
    };

    const onEnd = (child: Child<E>, failure: Failure | undefined) => {
      const isFailure = child.state === 'runs' && !child.shuttingDown;
      if (isFailure && failure !== undefined && child.temporary) report(failure.error);
      const failed = isFailure && !child.temporary ? failure : undefined;
      child.state = child.state === 'asked' || failed !== undefined ? 'down' : 'done';
      child.clusters.clear();
      if (failed !== undefined) beginRestart(child, failed);
      runSteps();
    };

    const beginRestart = (child: Child<E>, failure: Failure) => {
      if (restart !== undefined && child.index >= restart.from) return;
      const failedAt = now();
      restarts = [...restarts.filter((time) => failedAt - time <= period), failedAt];
      const childNumber = child.index + 1;
      if (!child.hasEmitted || restarts.length > intensity) {
        const error = new SupervisorError(name, child.latest, childNumber, failure.error);
        restart = { from: 0, why: error.message, failure: { error }, halted: false };
      } else {
        const failedName = child.latest === undefined ? `child ${childNumber}` : `cluster '${child.latest}'`;
        const why = `${name}: ${failedName} failed: ${messageOf(failure.error)}`;
        restart = { from: from(child.index), why, failure: undefined, halted: restart?.halted ?? false };
      }
    };

    /** These children are shutting down on request, so their end is no failure. A child that runs nothing is unsubscribed. */
    const markShuttingDown = (affected: readonly Child<E>[]) => {
      if (restart !== undefined) restart.halted = true;
      for (const child of affected) child.shuttingDown = true;
      for (const child of children) {
        if (child.state === 'waits') child.state = 'done';
        else if (child.state === 'runs' && child.clusters.size === 0) {
          child.shuttingDown = true;
          unsubscribeIfIdle(child);
        }
      }
      runSteps();
    };

    /** Takes the next possible step; `false` if it has to wait. */
    const step = (): boolean => {
      if (restart !== undefined) return stepOfRestart(restart);
      const next = children.find(({ state }) => state === 'waits');
      if (next !== undefined) start(next);
      else if (children.every(({ state }) => state === 'done')) subscriber.complete();
      return next !== undefined;
    };

    const stepOfRestart = ({ from: first, why, failure, halted }: Restart): boolean => {
      const last = children.findLast(({ index, state }) => index >= first && (state === 'runs' || state === 'asked'));
      if (last?.state === 'asked') return false;
      if (last !== undefined) {
        last.state = 'asked';
        if (last.clusters.size === 0) unsubscribeIfIdle(last);
        for (const cluster of last.clusters) stop(cluster, why);
        return true;
      }
      restart = undefined;
      for (const child of children) {
        if (child.state === 'down') child.state = halted || child.shuttingDown || child.temporary ? 'done' : 'waits';
      }
      if (failure !== undefined) subscriber.error(failure.error);
      return true;
    };

    const runSteps = () => {
      if (runningSteps) return;
      runningSteps = true;
      try {
        while (!subscriber.closed && step());
      } catch (thrown) {
        subscriber.error(thrown);
      }
      runningSteps = false;
    };

    halt$.subscribe(relayBeside(subscriber, () => markShuttingDown(children)));
    subscriber.add(() => {
      for (const { subscription } of children) subscription?.unsubscribe();
    });
    runSteps();
  });

interface Child<E> {
  readonly source$: Observable<E>;
  readonly index: number;
  /** `asked`: asked to shut down by the supervisor. `down`: ended, may be restarted. `done`: ended, not restarted. */
  state: 'waits' | 'runs' | 'asked' | 'down' | 'done';
  subscription: Subscription | undefined;
  /** Its running clusters. */
  readonly clusters: Set<string>;
  hasEmitted: boolean;
  shuttingDown: boolean;
  /** Whether all its clusters are temporary. */
  temporary: boolean;
  /** The cluster of its latest event: the one that fails ends first. */
  latest: string | undefined;
}

interface Failure {
  readonly error: unknown;
}

/** A restart in progress: some children are being stopped to be started again. With a `failure` the supervisor ends afterwards. */
interface Restart {
  readonly from: number;
  readonly why: string;
  readonly failure: Failure | undefined;
  halted: boolean;
}

const newChild = <E>(source$: Observable<E>, index: number): Child<E> => ({
  source$,
  index,
  state: 'waits',
  subscription: undefined,
  clusters: new Set(),
  hasEmitted: false,
  shuttingDown: false,
  temporary: false,
  latest: undefined,
});
