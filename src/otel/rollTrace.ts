import type { ClusterEvent, EventOf, WorkerRef } from '../index.js';
import type { OtelAttributes, OtelSpan } from './tracer.js';

/** Starts a span, as the child of another one if there is one. */
export type StartSpan = (name: string, time: Date, attributes: OtelAttributes, parent?: OtelSpan) => OtelSpan;

/** `SpanStatusCode` of OpenTelemetry. */
const ok = 1;
const failed = 2;

/** The replacement of one slot. */
interface Replacement {
  readonly span: OtelSpan;
  /** From its fork until it is ready. */
  boot: { readonly id: number; readonly span: OtelSpan } | undefined;
  /** The old workers, from the request to leave to their exit, by id. */
  readonly drains: Map<number, OtelSpan>;
  /** The new worker, once it has replaced the old one. */
  worker: number | undefined;
  /** When something happened last. */
  last: Date;
}

interface Roll {
  readonly number: number;
  readonly span: OtelSpan;
  readonly slots: Map<number, Replacement>;
}

type In<T extends ClusterEvent['type']> = EventOf<ClusterEvent, T>;

/**
 * Makes a trace of each roll: a span of the restart, of each slot in it, and in each slot of the boot of the new worker and the drain of the old one. Their times are those of the events.
 *
 * ```
 * events    R--r-f---y--a-e-t----x-E      R: restart-begin, r: replace-begin, f: fork, y: ready, a: available, e: replace-end, t: retire, x: exit, E: restart-end
 * restart   ========================
 * slot 1       ===================
 * boot           =====
 * drain                     ======
 * ```
 *
 * One roll of each cluster is open at a time. `end` ends what is open, with an error status.
 */
export const rollTrace = (start: StartSpan) => {
  const rolls = new Map<string, Roll>();

  const endRoll = (cluster: string, time: Date, problem?: string): void => {
    const roll = rolls.get(cluster);
    if (roll === undefined) return;
    rolls.delete(cluster);
    for (const each of roll.slots.values())
      if (each.worker === undefined) endSlot(each, time, problem ?? 'it was not replaced');
      else endSlot(each, problem === undefined ? each.last : time);
    roll.span.setStatus(problem === undefined ? { code: ok } : { code: failed, message: problem });
    roll.span.end(time);
  };

  const replacementOf = ({ cluster, slot }: Pick<WorkerRef, 'cluster' | 'slot'>): Replacement | undefined =>
    rolls.get(cluster)?.slots.get(slot);

  const begin = (event: In<'restart-begin'>, time: Date): void => {
    endRoll(event.cluster, time, 'another restart began');
    const attributes: OtelAttributes = {
      'proteus_cluster.cluster': event.cluster,
      'proteus_cluster.roll': event.roll,
      'proteus_cluster.slots': event.slots.length,
      ...(event.slot !== undefined && { 'proteus_cluster.slot': event.slot }),
    };
    rolls.set(event.cluster, {
      number: event.roll,
      span: start(event.slot === undefined ? 'restart' : 'restart slot', time, attributes),
      slots: new Map(),
    });
  };

  const replace = (event: In<'replace-begin'>, time: Date): void => {
    const roll = rolls.get(event.cluster);
    if (roll?.number !== event.roll) return;
    const attributes = {
      'proteus_cluster.cluster': event.cluster,
      'proteus_cluster.slot': event.slot,
      'proteus_cluster.overlap': event.overlap,
    };
    const span = start('replace', time, attributes, roll.span);
    roll.slots.set(event.slot, { span, boot: undefined, drains: new Map(), worker: undefined, last: time });
  };

  const follow = (event: ClusterEvent & { readonly worker: WorkerRef }, time: Date): void => {
    const replacement = replacementOf(event.worker);
    if (replacement === undefined) return;
    const { id } = event.worker;
    replacement.last = time;
    switch (event.type) {
      case 'fork':
        if (event.why === 'roll')
          replacement.boot = { id, span: start('boot', time, about(event.worker), replacement.span) };
        break;
      case 'online':
      case 'listening':
      case 'overdue':
        if (replacement.boot?.id === id) replacement.boot.span.addEvent(event.type, {}, time);
        break;
      case 'ready':
        if (replacement.boot?.id !== id) break;
        replacement.boot.span.addEvent('ready', { 'proteus_cluster.why': event.why }, time);
        replacement.boot.span.end(time);
        replacement.boot = undefined;
        replacement.span.addEvent('ready', about(event.worker), time);
        break;
      case 'available':
        replacement.span.addEvent('available', about(event.worker), time);
        break;
      case 'retire':
        if (id !== replacement.worker && !replacement.drains.has(id))
          replacement.drains.set(
            id,
            start('drain', time, { ...about(event.worker), 'proteus_cluster.why': event.why }, replacement.span),
          );
        break;
      case 'kill':
        replacement.drains
          .get(id)
          ?.addEvent('kill', { 'proteus_cluster.signal': event.signal, 'proteus_cluster.why': event.why }, time);
        break;
      case 'exit':
        endWorker(replacement, event, time);
        break;
      default:
    }
  };

  const next = (event: ClusterEvent): void => {
    const time = new Date(event.time);
    switch (event.type) {
      case 'restart-begin':
        return begin(event, time);
      case 'replace-begin':
        return replace(event, time);
      case 'replace-end': {
        const replacement = replacementOf(event);
        if (replacement === undefined) return;
        replacement.worker = event.worker.id;
        replacement.last = time;
        return void replacement.span.addEvent('replaced', about(event.worker), time);
      }
      case 'replace-abort': {
        const replacement = replacementOf(event);
        if (replacement === undefined) return;
        replacement.span.recordException(exceptionOf(event), time);
        return endSlot(replacement, time, event.why);
      }
      case 'restart-abort':
      case 'restart-end':
        return finish(event, time);
      case 'end':
        return endRoll(event.cluster, time, 'the cluster ended');
      default:
        if (isOfWorker(event)) follow(event, time);
    }
  };

  const finish = (event: In<'restart-abort' | 'restart-end'>, time: Date): void => {
    const roll = rolls.get(event.cluster);
    if (roll?.number !== event.roll) return;
    const { outcome, cause } = event.result;
    roll.span.setAttributes({ 'proteus_cluster.outcome': outcome });
    if (cause !== undefined && outcome === 'aborted') roll.span.recordException(exceptionOf(cause), time);
    endRoll(event.cluster, time, outcome === 'done' ? undefined : (cause?.why ?? outcome));
  };

  return {
    next,
    /** Ends what is open. */
    end: (time: Date): void => {
      for (const cluster of rolls.keys()) endRoll(cluster, time, 'the trace was ended');
    },
    /** How many rolls are open. */
    size: (): number => rolls.size,
  };
};

const endSlot = (replacement: Replacement, time: Date, problem?: string): void => {
  replacement.boot?.span.end(time);
  replacement.boot = undefined;
  for (const span of replacement.drains.values()) span.end(time);
  replacement.drains.clear();
  if (problem !== undefined) replacement.span.setStatus({ code: failed, message: problem });
  else if (replacement.worker !== undefined) replacement.span.setStatus({ code: ok });
  replacement.span.end(time);
};

const endWorker = (replacement: Replacement, { worker: { id }, code, signal }: In<'exit'>, time: Date): void => {
  const span = replacement.boot?.id === id ? replacement.boot.span : replacement.drains.get(id);
  if (span === undefined) return;
  const died = replacement.boot?.id === id;
  span.setAttributes({
    ...(code !== null && { 'process.exit.code': code }),
    ...(signal !== null && { 'proteus_cluster.signal': signal }),
  });
  if (died || signal === 'SIGKILL')
    span.setStatus({ code: failed, message: `it ended with ${signal ?? `code ${code}`}` });
  span.end(time);
  if (died) replacement.boot = undefined;
  else replacement.drains.delete(id);
};

const isOfWorker = (event: ClusterEvent): event is ClusterEvent & { readonly worker: WorkerRef } =>
  'worker' in event && event.worker !== undefined;

const about = ({ id, pid, generation }: WorkerRef): OtelAttributes => ({
  'proteus_cluster.worker': id,
  'proteus_cluster.generation': generation,
  ...(pid !== undefined && { 'process.pid': pid }),
});

/** The error that the new worker ended with, if it is known, and otherwise what happened, in words. */
const exceptionOf = ({ why, exit }: Pick<In<'replace-abort'>, 'why' | 'exit'>) => {
  const cause = exit?.cause;
  return cause === undefined
    ? { name: 'RestartAborted', message: why }
    : { name: cause.name, message: cause.message, stack: cause.stack };
};
