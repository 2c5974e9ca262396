import { listOf, ref } from '../answerSchemas.js';
import { requireSlot, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { cluster, type OfSlot, slot } from '../parameterSchemas.js';

export const workers = method<OfSlot>({
  verb: 'GET',
  name: 'workers',
  about: 'The workers, those that leave included.',
  parameters: { properties: { cluster, slot } },
  answer: listOf(ref('WorkerStatus')),
  answers: 'value',
  problems: ['not-found'],
  handle: ({ given }) => {
    const clusters = selectedClusters(given.cluster);
    requireSlot(clusters, given.slot);
    const slots = clusters.flatMap((selected) => selected.slots);
    return {
      json: slots.filter((each) => each.slot === (given.slot ?? each.slot)).flatMap((each) => each.workers),
    };
  },
});
