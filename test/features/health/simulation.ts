import * as fc from 'fast-check';
import type { HealthOptions } from '../../../src/features/health/index.js';
import { settingsOf } from '../../../src/features/health/settings.js';
import type { WorkerBehaviour } from '../../../src/testing/simulatedHost.js';
import { ms, pick } from '../../simulation/arbitraries.js';
import { at, type Life, stays, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';
import type { History } from '../../simulation/run.js';
import { suspendedFor } from '../../simulation/suspension.js';

/** When a worker hangs, by its behaviour; `undefined` for one that never does. */
const hangOf = ({ schedule, forked }: History, { id, bornAt = 0 }: Partial<Life> & { readonly id: number }) => {
  const { hangs } = schedule.workers[id - 1] ?? schedule.others;
  if (hangs === undefined || hangs.after === Infinity) return undefined;
  // A process may have been forked before it got its slot.
  const from = (forked[id - 1]?.time ?? bornAt) + hangs.after;
  return { from, until: from + (hangs.for ?? Infinity), how: hangs.how };
};

/** Only a worker that has hung for the timeout, without the time in which the machine was suspended, and still does, is reported; once, with the reason that the system knows, and one that boots not before `readyTimeout`. */
const hungTrue: Invariant = (history) => {
  const { health, readyTimeout } = history.policy;
  const hung = new Set<number>();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'exit') hung.delete(event.worker.id);
    if (event.type !== 'hung' && event.type !== 'recovered') continue;
    const { id } = event.worker;
    if (health === false) return `${event.type} without the option ${at(event)}`;
    const life = crew.of(event.worker);
    // One in no slot has booted when it is watched.
    const ready = event.worker.slot === 0 || life?.ready === true;
    const hang = hangOf(history, life ?? event.worker);
    if (event.type === 'recovered') {
      if (!hung.delete(id)) return `worker ${id} recovers, and was not reported, ${at(event)}`;
      if (hang === undefined || event.time < hang.until) return `worker ${id} recovers too early ${at(event)}`;
      continue;
    }
    if (hung.has(id)) return `worker ${id} is reported twice ${at(event)}`;
    hung.add(id);
    if (hang === undefined || event.time < hang.from || event.time > hang.until)
      return `worker ${id} does not hang ${at(event)}`;
    const limit = Math.max(settingsOf(health).timeout, ready ? 0 : readyTimeout);
    const hangs = event.time - hang.from - suspendedFor(history, hang.from, event.time);
    if (hangs < limit || event.silent < limit)
      return `worker ${id} is reported after ${Math.min(hangs, event.silent)} ms, and has ${limit} ms, ${at(event)}`;
    const why = hang.how === 'stopped' ? 'stopped' : ready ? hang.how : 'boot';
    // In the very moment in which it goes on the system may already say so.
    if (event.why !== why && event.time < hang.until) return `why: ${event.why}, and it is ${why}, ${at(event)}`;
  }
  return undefined;
};

/** A worker that hangs is reported in time, as long as it is to stay. */
const hungInTime: Invariant = (history) => {
  const { health, readyTimeout } = history.policy;
  if (health === false) return undefined;
  const { interval, timeout } = settingsOf(health);
  // The first heartbeat after a suspension is late, and nobody is judged by it.
  const held = suspendedFor(history) + history.suspended.length * interval;
  const reported = new Set<number>();
  const readyAt = new Map<number, number>();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'hung') reported.add(event.worker.id);
    if (event.type === 'ready') readyAt.set(event.worker.id, event.time);
    for (const life of crew.present()) {
      const hang = hangOf(history, life);
      if (hang === undefined || !stays(life) || reported.has(life.id)) continue;
      // One that was not ready when it began to hang is given the time to boot.
      const served = (readyAt.get(life.id) ?? Infinity) <= hang.from;
      const limit = Math.max(timeout, 2 * interval, served ? 0 : readyTimeout);
      const by = Math.max(hang.from, life.bornAt) + limit + 2 * interval + held;
      if (event.time > by && hang.until > by) return `worker ${life.id} hangs since ${hang.from} ms ${at(event)}`;
    }
  }
  return undefined;
};

/**
 * What follows from a hang follows in the same moment: a restart for that worker alone when no other restart runs, SIGABRT where it does not serve, where it is asked to leave and where its
 * replacement fails. Nothing else is ended or replaced for that reason.
 */
const hangAnswered: Invariant = (history) => {
  const { events } = history;
  const hung = new Map<number, number>();
  const aborted = new Set<number>();
  const ours = new Map<string, number>();
  let rolling = false;
  let stopped = false;
  const follows = (id: number, time: number, seq: number, type: string): boolean =>
    events.some(
      (event) =>
        event.seq > seq && event.time === time && event.type === type && 'worker' in event && event.worker?.id === id,
    );
  for (const [event, crew] of walk(history)) {
    const { time, seq } = event;
    if (time === history.endedAt) return undefined;
    if (event.type === 'shutdown') stopped = true;
    if (event.type === 'restart-begin') rolling = true;
    if (event.type === 'recovered' || event.type === 'exit') {
      hung.delete(event.worker.id);
      aborted.delete(event.worker.id);
    }
    if (event.type === 'restart' && event.request.startsWith('hung#')) {
      const { worker } = event;
      if (worker === undefined || !hung.has(worker.id)) return `a restart for nothing ${at(event)}`;
      if (rolling) return `a restart during another one ${at(event)}`;
      ours.set(event.request, worker.id);
    }
    if (event.type === 'kill' && event.why.startsWith('it hangs') && !hung.has(event.worker.id))
      return `worker ${event.worker.id} does not hang, and gets ${event.signal} ${at(event)}`;
    if (event.type === 'replace-end' && hung.has(event.worker.id))
      return `worker ${event.worker.id} hangs, and replaces another one ${at(event)}`;
    if (event.type === 'kill' && event.signal === 'SIGABRT') {
      if (aborted.has(event.worker.id)) return `worker ${event.worker.id} gets SIGABRT twice ${at(event)}`;
      aborted.add(event.worker.id);
    }
    const told = event.type === 'retire' && hung.has(event.worker.id) && !aborted.has(event.worker.id);
    if (told && !follows(event.worker.id, time, seq, 'kill'))
      return `worker ${event.worker.id} hangs, cannot hear that it is to leave, and nothing follows ${at(event)}`;
    if (event.type === 'restart-end' || event.type === 'restart-abort') {
      rolling = false;
      for (const request of event.requests) {
        const id = ours.get(request) ?? 0;
        const life = crew.of({ id });
        if (event.type === 'restart-end' || stopped || !hung.has(id) || life === undefined || !stays(life)) continue;
        if (!follows(id, time, seq, 'kill')) return `worker ${id} stays after its replacement has failed ${at(event)}`;
      }
    }
    if (event.type !== 'hung' || event.worker.slot === 0) continue;
    const { id } = event.worker;
    const life = crew.of(event.worker);
    const waits = rolling || hung.size > 0;
    hung.set(id, time);
    if (stopped || waits || life === undefined || !stays(life)) continue;
    if (!follows(id, time, seq, 'restart') && !follows(id, time, seq, 'kill'))
      return `worker ${id} hangs, and nothing follows ${at(event)}`;
  }
  return undefined;
};

/** Hangs in the simulation. */
export const health: FeatureSimulation<HealthOptions> = {
  options: {
    health: pick<NonNullable<HealthOptions['health']>>(
      [2, fc.constant(false)],
      [3, fc.record({ interval: ms(1, 5), timeout: ms(5, 25) })],
    ),
  },
  fixed: { health: false },
  invariants: { hungTrue, hungInTime, hangAnswered },
  triggers: ['hung', 'recovered'],
  // Most workers never hang, and some of those could; the others hang for a while, or until they are ended.
  behaviour: pick<WorkerBehaviour>(
    [12, fc.constant({})],
    [3, fc.constant({ hangs: { after: Infinity, how: 'loop' } })],
    [
      3,
      fc.record({
        hangs: fc.record(
          { after: ms(1, 60), for: ms(1, 60), how: fc.constantFrom('loop', 'stopped', 'blocked') },
          { requiredKeys: ['after', 'how'] },
        ),
      }),
    ],
  ),
};
