import type { MetricsSettings } from '../../../src/index.js';
import { collector, collectors } from '../../../src/metrics/collectors.js';
import type { Sample } from '../../../src/metrics/family.js';
import { probe } from '../../../src/metrics/probes.js';
import type { ClusterEvent } from '../../../src/features/index.js';
import { at, serves } from '../crew.js';
import type { Invariant } from '../feature.js';
import { replay } from './replay.js';

/** How many slots must be ready, in words that the option takes, and as a number of so many slots. */
const wanted: readonly (readonly [NonNullable<MetricsSettings['probes']['ready']>, (slots: number) => number])[] = [
  [1, () => 1],
  [3, (slots) => Math.min(3, slots)],
  ['50%', (slots) => Math.max(1, Math.ceil(slots / 2))],
  ['100%', (slots) => slots],
];

/**
 * The counters are those of the events: forks by reason, exits, kills, restarts, and the time of each restart. The probe `readyz` succeeds while enough slots have a worker that serves and no shutdown has begun,
 * and `startupz` when that has been so once.
 */
export const metrics: Invariant = (history) =>
  replay(history, ({ steps }) => {
    const { name } = history.policy;
    const [ready, neededOf] = wanted[history.events.length % wanted.length] ?? [1, () => 1];
    // The collector reads nothing else of it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const kept = collector({
      cluster: name,
      settings: { metrics: true, probes: { ready } },
      config: {},
      traffic: () => [],
      tell: () => undefined,
    } as unknown as Parameters<typeof collector>[0]);
    collectors.set(name, kept);
    const counts = new Map<string, number>();
    const left = new Set<number>();
    let [stopping, started, rolling, rolls] = [false, false, false, 0];
    let abortedAt = -1;
    try {
      for (const [event, crew] of steps) {
        kept.see(event);
        for (const what of countedAs(event)) counts.set(what, (counts.get(what) ?? 0) + 1);
        const { tallies, rollTimes } = kept.counts;
        const { events, forks, exits, kills, rolls: ended } = tallies;
        // Not at each event, because that takes time.
        const shown =
          event.seq % 5 > 0 ? [] : [events, forks, exits, kills, ended].flatMap((tally) => tally.samples('_total', {}));
        for (const sample of shown) {
          const expected = counts.get(textOf(sample)) ?? 0;
          if (sample.value !== expected)
            return `${textOf(sample)} is ${sample.value}, expected ${expected}, ${at(event)}`;
        }
        const missing =
          event.seq % 5 > 0
            ? undefined
            : [...counts.keys()].find((what) => !shown.some((sample) => textOf(sample) === what));
        if (missing !== undefined) return `${missing} is not counted ${at(event)}`;

        if (event.type === 'restart-begin') rolling = true;
        if (event.type === 'restart-end' || event.type === 'restart-abort') {
          // One that was cancelled before it began takes no time.
          rolls += Number(rolling);
          rolling = false;
        }
        if (event.type === 'restart-abort') abortedAt = event.time;
        if (kept.counts.rolls() !== rolling) return `a restart ${rolling ? 'runs' : 'has ended'} ${at(event)}`;
        const measured = rollTimes.samples({}).find(({ suffix }) => suffix === '_count')?.value;
        if (measured !== rolls) return `${measured} of ${rolls} restarts are measured ${at(event)}`;

        stopping ||= event.type === 'shutdown';
        if (event.type === 'disconnect') left.add(event.worker.id);
        const slots = new Set(
          crew
            .present()
            .filter((life) => serves(life) && !left.has(life.id))
            .map(({ slot }) => slot),
        ).size;
        const enough = slots >= neededOf(crew.size);
        started ||= enough && event.type === 'ready';
        // The replacements that an abort drops are told to leave one after the other, in the same moment.
        const drops =
          event.time === abortedAt &&
          crew.present().some((life) => serves(life) && life.why === 'roll' && !life.available);
        if (!drops && probe('readyz').fine !== (enough && !stopping))
          return `${probe('readyz').text.trim()}; ${slots} slots serve ${at(event)}`;
        started ||= enough;
        if (probe('startupz').fine !== started) return `${probe('startupz').text.trim()} ${at(event)}`;
      }
      return undefined;
    } finally {
      collectors.delete(name);
    }
  });

const textOf = ({ labels }: Sample): string => JSON.stringify(labels);

const countedAs = (event: ClusterEvent): readonly string[] => {
  const type = event.type === 'message' || event.type === 'stats' ? [] : [{ type: event.type }];
  return [...type, ...detailsOf(event)].map((labels) => JSON.stringify(labels));
};

const detailsOf = (event: ClusterEvent): readonly object[] => {
  if (event.type === 'fork') return [{ slot: String(event.worker.slot), why: event.why }];
  if (event.type === 'exit') return [{ reason: event.reason }];
  if (event.type === 'kill') return [{ signal: event.signal }];
  return event.type === 'restart-end' || event.type === 'restart-abort' ? [{ outcome: event.result.outcome }] : [];
};
