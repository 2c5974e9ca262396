import type { ClusterEvent } from '../../../src/features/index.js';
import { events$ } from '../../../src/streams/hot/events.js';
import { messages$ } from '../../../src/streams/hot/messages.js';
import { signals$ } from '../../../src/streams/hot/signals.js';
import { type Slot, workers$ } from '../../../src/streams/hot/workers.js';
import { at, type Crew } from '../crew.js';
import type { Invariant } from '../feature.js';
import { replay } from './replay.js';

/**
 * Each subscriber gets every event once and in order, also beside one that throws, whose failures are reported. `messages$` has the messages, `signals$` the signals and `workers$` the slots and
 * workers that there are.
 */
export const hotStreams: Invariant = (history) =>
  replay(history, ({ reports, steps }) => {
    const heard: ClusterEvent[] = [];
    const told: string[] = [];
    let slots: readonly Slot[] = [];
    let thrown = 0;
    const subscriptions = [
      events$.subscribe(({ seq }) => {
        if (seq % 3 > 0) return;
        thrown += 1;
        throw new Error('a subscriber of a user');
      }),
      events$.subscribe((event) => heard.push(event)),
      messages$.subscribe(({ worker, message }) => told.push(`${worker.id} says ${String(message)}`)),
      signals$.subscribe(({ signal, action, cluster }) => told.push(`${cluster} ${signal} ${action}`)),
      workers$.subscribe((now) => (slots = now)),
    ];
    try {
      let count = 0;
      for (const [event, crew] of steps) {
        count += 1;
        const last = heard.at(-1);
        if (heard.length !== count || last?.seq !== event.seq || last.type !== event.type)
          return `${heard.length} of ${count} events were heard, the last one is ${last?.type}, ${at(event)}`;
        if (reports.length !== thrown) return `${reports.length} of ${thrown} failures are reported ${at(event)}`;
        const expected =
          event.type === 'message'
            ? [`${event.worker.id} says ${String(event.message)}`]
            : event.type === 'signal'
              ? [`${event.cluster} ${event.signal} ${event.action}`]
              : [];
        if (told.join() !== expected.join()) return `'${told.join()}', expected '${expected.join()}', ${at(event)}`;
        told.length = 0;
        const wrong = wrongSlots(slots, crew);
        if (wrong !== undefined && event.type !== 'message') return `${wrong} ${at(event)}`;
      }
      return undefined;
    } finally {
      for (const subscription of subscriptions) subscription.unsubscribe();
    }
  });

const wrongSlots = (slots: readonly Slot[], crew: Crew): string | undefined => {
  const open = slots.filter((slot) => slot.open).map(({ slot }) => slot);
  if (open.length !== crew.size || open.some((slot) => slot > crew.size)) return `slots ${open.join()} are open`;
  const shown = slots.flatMap(({ workers }) => workers).map(({ id, ready, withdrawn }) => signOf(id, ready, withdrawn));
  const there = crew.present().map(({ id, ready, withdrawn }) => signOf(id, ready, withdrawn));
  const [left, right] = [shown.toSorted().join(), there.toSorted().join()];
  if (left !== right) return `workers ${left} are shown, there are ${right}`;
  const wrong = slots
    .flatMap((slot) => slot.workers)
    .find((worker) => {
      const life = crew.of(worker);
      return life === undefined || life.slot !== worker.slot || (!worker.leaving && isLeaving(life));
    });
  return wrong === undefined ? undefined : `worker ${wrong.id} is shown as one of slot ${wrong.slot} that stays`;
};

const signOf = (id: number, ready: boolean, withdrawn: boolean): string =>
  `${id}${ready ? ' ready' : ''}${withdrawn ? ' paused' : ''}`;

const isLeaving = ({ leavingAt, retiredAt, killedAt }: NonNullable<ReturnType<Crew['of']>>): boolean =>
  (leavingAt ?? retiredAt ?? killedAt) !== undefined;
