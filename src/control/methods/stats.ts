import { filter, takeUntil, takeWhile, timer } from 'rxjs';
import { stats$, type StatsEvent } from '../../index.js';
import { listOf, ref } from '../answerSchemas.js';
import { boundedLines } from '../boundedLines.js';
import { requireSlot, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { cluster, follow, type OfSlot, slot } from '../parameterSchemas.js';
import { serializeOnce } from '../serializeOnce.js';

interface Given extends OfSlot {
  readonly follow?: boolean;
}

/** Workers are sampled each second, and begin when somebody asks. In ms. */
const longestWait = 1_500;

export const stats = method<Given>({
  verb: 'GET',
  name: 'stats',
  about:
    'The last sample of each worker. The workers are sampled while somebody asks, so it may take 1.5 s. With `follow` a stream of samples.',
  parameters: { properties: { cluster, slot, follow } },
  answer: listOf(ref('Event')),
  line: { anyOf: [ref('Event'), ref('Dropped')] },
  answers: 'stream with follow',
  problems: ['not-found'],
  handle: async ({ given }) => {
    const clusters = selectedClusters(given.cluster);
    requireSlot(clusters, given.slot);
    const sample$ = stats$.pipe(filter(isSelected(given)));
    if (given.follow !== true) return { json: await lastSamples(sample$, presentWorkers(given)) };
    return {
      stream: (out) => {
        const send = boundedLines(out);
        const subscription = sample$.subscribe((sample) => send(serializeOnce(sample)));
        out.onClose(() => subscription.unsubscribe());
        return {};
      },
    };
  },
});

const isSelected =
  ({ cluster: name, slot: number }: OfSlot) =>
  ({ worker }: StatsEvent): boolean =>
    worker.cluster === (name ?? worker.cluster) && worker.slot === (number ?? worker.slot);

/** The ids of the workers from which a sample is to be expected. */
const presentWorkers = ({ cluster: name, slot: number }: OfSlot): readonly number[] =>
  selectedClusters(name)
    .flatMap(({ slots }) => slots)
    .filter((each) => each.slot === (number ?? each.slot))
    .flatMap(({ workers }) => workers.map(({ id }) => id));

/** Resolves as soon as there is a sample of each worker, or after a while with what there is. */
const lastSamples = (sample$: typeof stats$, ids: readonly number[]): Promise<readonly StatsEvent[]> =>
  new Promise((resolve) => {
    const samples = new Map<number, StatsEvent>();
    const missing = new Set(ids);
    const done = () => resolve([...samples.values()]);
    if (missing.size === 0) return done();
    sample$
      .pipe(
        takeWhile((sample) => {
          samples.set(sample.worker.id, sample);
          missing.delete(sample.worker.id);
          return missing.size > 0;
        }),
        takeUntil(timer(longestWait)),
      )
      .subscribe({ complete: done });
  });
