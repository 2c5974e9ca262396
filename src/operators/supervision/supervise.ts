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
  /** What it is called in the reasons that are told. */
  readonly name: string;
  /** The first child, in the order of start, that shares the failure of this one; all after it share it too. */
  readonly from: (failed: number) => number;
  /** How many restarts within `period` ms are no reason to give up. */
  readonly intensity: number;
  readonly period: number;
  /** The monotonic clock that `period` is measured on, in ms. */
  readonly now: () => number;
  /** Asks a cluster to shut down, if it runs. */
  readonly stop: (cluster: string, why: string) => void;
  /** Whether a cluster that runs is never to be started again. */
  readonly isTemporary: (cluster: string) => boolean;
  /** Hears of the failure of a child that is not started again, which is nobody else's. */
  readonly report: (error: unknown) => void;
  /** Emits when everything is asked to shut down. */
  readonly halt$: Observable<unknown>;
}

/**
 * Runs children together and starts some of them anew when one fails: in OTP's words a supervisor. Who shares a failure is asked to shut down,
 * the last one first, each when the one after it has gone; then they start again, in order.
 *
 * ```
 * a            a---#
 * b            b------|          asked to stop when a has failed; it takes 3 ms
 * result       (ab)---(ab)-
 * ```
 *
 * A child that completes by itself has ended and is not started again. A temporary one never is: not when others share a failure that has stopped it, nor when it fails,
 * which stops nobody else and is reported. One that fails before it has told anything could not start, and
 * that no restart mends. Completes when all have ended. Errors with the latest failure, when the others have been stopped,
 * if that one is one too many. Once everything is asked to shut down nothing is started any more. Unsubscribing unsubscribes all.
 *
 * @see one_for_all and rest_for_one of OTP's supervisor, with its intensity and period.
 */
export const supervise = <E extends ChildEvent>(
  sources: readonly Observable<E>[],
  { name, from, intensity, period, now, stop, isTemporary, report, halt$ }: Supervision,
): Observable<E> =>
  new Observable((subscriber) => {
    const children = sources.map((source$, index) => newChild(source$, index));
    let round: Round | undefined;
    let restarts: readonly number[] = [];
    let proceeding = false;

    const start = (child: Child<E>) => {
      Object.assign(child, { state: 'runs', told: false, dismissed: false, temporary: false, latest: undefined });
      let failure: Failure | undefined;
      const follower = relay(subscriber, (event: E) => hear(child, event), {
        error: (error: unknown) => {
          failure = { error };
        },
        complete: () => {},
      });
      // It may be let go while it tells of its first event.
      child.subscription = follower;
      child.source$.subscribe(follower);
      // A cluster has ended when it has been torn down; before that its name is not free.
      follower.add(() => over(child, failure));
    };

    const hear = (child: Child<E>, event: E) => {
      const { cluster, type } = event;
      const begins = type !== 'end' && !child.clusters.has(cluster);
      if (begins) {
        child.clusters.add(cluster);
        child.temporary = (child.temporary || !child.told) && isTemporary(cluster);
      }
      child.told = true;
      child.latest = cluster;
      if (type === 'end') child.clusters.delete(cluster);
      subscriber.next(event);
      if (begins && (child.state === 'asked' || child.dismissed)) stop(cluster, round?.why ?? name);
      // Who is down, or has nothing that runs, cannot hear a signal that the others take for the end.
      if (type === 'signal' && (event.action === 'shutdown' || event.action === 'force')) dismiss([child]);
    };

    /** Lets go of a child that runs nothing. In the middle of its very first event it does, and we have not heard of it yet. */
    const letGo = ({ clusters, subscription }: Child<E>) => {
      subscription?.add(
        after(0).subscribe(
          relayBeside(subscriber, () => {
            if (clusters.size === 0) subscription.unsubscribe();
          }),
        ),
      );
    };

    const over = (child: Child<E>, failure: Failure | undefined) => {
      const isFailure = child.state === 'runs' && !child.dismissed;
      if (isFailure && failure !== undefined && child.temporary) report(failure.error);
      const failed = isFailure && !child.temporary ? failure : undefined;
      child.state = child.state === 'asked' || failed !== undefined ? 'down' : 'done';
      child.clusters.clear();
      if (failed !== undefined) fail(child, failed);
      proceed();
    };

    const fail = (child: Child<E>, failure: Failure) => {
      if (round !== undefined && child.index >= round.from) return;
      const at = now();
      restarts = [...restarts.filter((time) => at - time <= period), at];
      const nth = child.index + 1;
      if (!child.told || restarts.length > intensity) {
        const error = new SupervisorError(name, child.latest, nth, failure.error);
        round = { from: 0, why: error.message, failure: { error }, halted: false };
      } else {
        const who = child.latest === undefined ? `child ${nth}` : `cluster '${child.latest}'`;
        const why = `${name}: ${who} failed: ${messageOf(failure.error)}`;
        round = { from: from(child.index), why, failure: undefined, halted: round?.halted ?? false };
      }
    };

    /** These go because somebody wished it: their end is no failure. Who has nothing to shut down is let go. */
    const dismiss = (heard: readonly Child<E>[]) => {
      if (round !== undefined) round.halted = true;
      for (const child of heard) child.dismissed = true;
      for (const child of children) {
        if (child.state === 'waits') child.state = 'done';
        else if (child.state === 'runs' && child.clusters.size === 0) {
          child.dismissed = true;
          letGo(child);
        }
      }
      proceed();
    };

    /** Does the next thing that can be done; false if there is nothing but to wait. */
    const step = (): boolean => {
      if (round !== undefined) return stepOf(round);
      const next = children.find(({ state }) => state === 'waits');
      if (next !== undefined) start(next);
      else if (children.every(({ state }) => state === 'done')) subscriber.complete();
      return next !== undefined;
    };

    const stepOf = ({ from: first, why, failure, halted }: Round): boolean => {
      const last = children.findLast(({ index, state }) => index >= first && (state === 'runs' || state === 'asked'));
      if (last?.state === 'asked') return false;
      if (last !== undefined) {
        last.state = 'asked';
        if (last.clusters.size === 0) letGo(last);
        for (const cluster of last.clusters) stop(cluster, why);
        return true;
      }
      round = undefined;
      for (const child of children) {
        if (child.state === 'down') child.state = halted || child.dismissed || child.temporary ? 'done' : 'waits';
      }
      if (failure !== undefined) subscriber.error(failure.error);
      return true;
    };

    const proceed = () => {
      if (proceeding) return;
      proceeding = true;
      try {
        while (!subscriber.closed && step());
      } catch (thrown) {
        subscriber.error(thrown);
      }
      proceeding = false;
    };

    halt$.subscribe(relayBeside(subscriber, () => dismiss(children)));
    subscriber.add(() => {
      for (const { subscription } of children) subscription?.unsubscribe();
    });
    proceed();
  });

interface Child<E> {
  readonly source$: Observable<E>;
  readonly index: number;
  /** `asked`: to shut down, by us. `down`: it has gone and may be started again. `done`: it has gone for good. */
  state: 'waits' | 'runs' | 'asked' | 'down' | 'done';
  subscription: Subscription | undefined;
  /** The clusters it has told of that have not ended. */
  readonly clusters: Set<string>;
  told: boolean;
  dismissed: boolean;
  /** All that it has told of is temporary. */
  temporary: boolean;
  /** The cluster that told its latest event: who fails ends first. */
  latest: string | undefined;
}

interface Failure {
  readonly error: unknown;
}

/** Some children are being stopped, to be started again; with a `failure` it is the end of all. */
interface Round {
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
  told: false,
  dismissed: false,
  temporary: false,
  latest: undefined,
});
