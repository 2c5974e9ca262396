import { scale as scaleClusters } from '../../index.js';
import { accepted } from '../answerSchemas.js';
import { selectedClusters } from '../master.js';
import { method } from '../method.js';
import { addressOf, cluster, type OfCluster } from '../parameterSchemas.js';
import { RequestProblem } from '../requestProblem.js';
import { requireRunning } from '../requireRunning.js';

interface Given extends OfCluster {
  readonly to: number;
}

export const scale = method<Given>({
  verb: 'POST',
  name: 'scale',
  about: 'Sets the number of slots. Workers start and leave afterwards.',
  parameters: {
    properties: { to: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How many slots.' }, cluster },
    required: ['to'],
  },
  answer: accepted,
  answers: 'value',
  problems: ['not-found', 'conflict'],
  handle: ({ given }) => {
    const clusters = requireRunning(selectedClusters(given.cluster));
    if (clusters.every(({ phase }) => phase === 'shutting-down' || phase === 'ended'))
      throw new RequestProblem('conflict', 'a cluster that shuts down cannot be scaled');
    scaleClusters(given.to, addressOf({ ...(given.cluster !== undefined && { cluster: given.cluster }) }));
    return { json: { accepted: true } };
  },
});
