import { forceShutdown, shutdown as shutdownClusters } from '../../index.js';
import { objectOf, progressOf } from '../answerSchemas.js';
import { selectedClusters } from '../master.js';
import { method } from '../method.js';
import { addressOf, cluster, type OfCluster } from '../parameterSchemas.js';
import { progress } from '../progress.js';
import { requireRunning } from '../requireRunning.js';

const done = { outcome: 'done' };

const stopping = (name: string, about: string, stop: typeof shutdownClusters) =>
  method<OfCluster>({
    verb: 'POST',
    name,
    about: `${about} Streams the events, and at last the result.`,
    parameters: { properties: { cluster } },
    answer: progressOf(objectOf({ outcome: { const: 'done' } })),
    answers: 'stream',
    problems: ['not-found'],
    handle: ({ given }) => {
      requireRunning(selectedClusters(given.cluster));
      return progress({
        cluster: given.cluster,
        run: async () => {
          await stop(addressOf(given));
          return done;
        },
        atEnd: done,
      });
    },
  });

export const shutdown = stopping('shutdown', 'Asks every worker to leave.', shutdownClusters);
export const force = stopping('force', 'Kills every worker with SIGKILL.', forceShutdown);
