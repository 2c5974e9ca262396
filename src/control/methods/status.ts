import { integer, listOf, objectOf, ref, text, time } from '../answerSchemas.js';
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
  answer: objectOf({
    pid: integer,
    version: text,
    format: integer,
    time,
    startedAt: time,
    control: listOf({ anyOf: [objectOf({ path: text }), objectOf({ host: text, port: integer })] }),
    clusters: listOf(ref('ClusterStatus')),
  }),
  answers: 'value',
  problems: ['not-found'],
  handle: ({ given }) => ({
    json: {
      ...identity(),
      time: Date.now(),
      startedAt,
      control: [...places],
      clusters: selectedClusters(given.cluster),
    },
  }),
});
