import { type Observable, Subscription } from 'rxjs';
import { type ClusterEvent, events$ } from '../index.js';
import { loadApi, scope } from './api.js';
import { rollTrace, type StartSpan } from './rollTrace.js';
import type { OtelTracer } from './tracer.js';

export interface TraceOptions {
  /** Default: the tracer `proteus-cluster` of the registered provider. Without an SDK it does nothing. */
  readonly tracer?: OtelTracer | undefined;
  /** The events to trace. Default: `events$`, those of all clusters of this process. */
  readonly events$?: Observable<ClusterEvent> | undefined;
}

/**
 * Makes an OpenTelemetry trace of each restart: a span `restart`, in it a span `replace` for each slot, and in that `boot` of the new worker and `drain` of the old one. A restart that is aborted has the
 * error status, with the cause as its message and as an exception.
 *
 * The spans have the times of the events. Returns a subscription: unsubscribing ends it, and the spans that are open. Throws an `Error` if `@opentelemetry/api` is not installed.
 *
 * @example
 * trace();
 * cluster$({ exec: 'worker.js', pid: 'master.pid' }).subscribe();
 */
export const trace = ({ tracer, events$: source$ = events$ }: TraceOptions = {}): Subscription => {
  const api = loadApi('trace()');
  const used = tracer ?? api.trace.getTracer(scope);
  const start: StartSpan = (name, startTime, attributes, parent) => {
    const active = api.context.active();
    return used.startSpan(
      `proteus_cluster ${name}`,
      { startTime, attributes },
      parent === undefined ? active : api.trace.setSpan(active, parent),
    );
  };
  const rolls = rollTrace(start);
  const subscription = new Subscription();
  let last = 0;
  subscription.add(
    source$.subscribe({
      next: (event) => {
        last = event.time;
        rolls.next(event);
      },
      complete: () => rolls.end(new Date(last)),
    }),
  );
  subscription.add(() => rolls.end(new Date(last)));
  return subscription;
};
