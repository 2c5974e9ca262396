import { configOf, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { cluster, type OfCluster } from '../parameterSchemas.js';

export const config = method<OfCluster>({
  verb: 'GET',
  name: 'config',
  about: 'The options of each cluster, by its name: without the environment, with secrets masked.',
  parameters: { properties: { cluster } },
  answer: { type: 'object', additionalProperties: { type: 'object', additionalProperties: true } },
  answers: 'value',
  problems: ['not-found'],
  handle: ({ given }) => ({
    json: Object.fromEntries(
      selectedClusters(given.cluster).map((selected) => [selected.cluster, configOf(selected.cluster)]),
    ),
  }),
});
