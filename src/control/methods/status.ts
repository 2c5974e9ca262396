import { ref } from '../answerSchemas.js';
import { places, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { cluster, type OfCluster } from '../parameterSchemas.js';
import { identity } from './ping.js';

const startedAt = Math.round(performance.timeOrigin);

export const status = method<OfCluster>({
  verb: 'GET',
  name: 'status',
  about: 'The clusters of the master with their slots, workers and last decisions.',
  parameters: { properties: { cluster } },
  answer: ref('MasterReport'),
  answers: 'value',
  problems: ['not-found'],
  handle: ({ given }) => ({ json: masterReport(given.cluster) }),
});

/** The master and its clusters as they are now. */
export const masterReport = (name?: string) => ({
  ...identity(),
  time: Date.now(),
  startedAt,
  control: [...places],
  clusters: selectedClusters(name),
});
