import { restart as restartClusters } from '../../index.js';
import { progressOf, ref } from '../answerSchemas.js';
import { requireSlot, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { addressOf, cluster, type OfSlot, slot } from '../parameterSchemas.js';
import { progress } from '../progress.js';
import { requireRunning } from '../requireRunning.js';

export const restart = method<OfSlot>({
  verb: 'POST',
  name: 'restart',
  about: 'Replaces every worker, or that of one slot. Streams the events, and at last the result.',
  parameters: { properties: { cluster, slot } },
  answer: progressOf(ref('RestartResult')),
  answers: 'stream',
  problems: ['not-found'],
  handle: ({ given }) => {
    const clusters = requireRunning(selectedClusters(given.cluster));
    requireSlot(clusters, given.slot);
    return progress({
      cluster: given.cluster,
      run: () => restartClusters(addressOf(given)),
      atEnd: { outcome: 'cancelled', replaced: [], kept: [], cause: { why: 'the cluster has ended' } },
    });
  },
});
