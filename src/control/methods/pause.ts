import { pause as pauseSlot, resume as resumeSlot } from '../../index.js';
import { objectOf, ref } from '../answerSchemas.js';
import { requireSlot, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { addressOf, cluster, type OfCluster, slot } from '../parameterSchemas.js';
import { requireRunning } from '../requireRunning.js';

interface Given extends OfCluster {
  readonly slot: number;
}

const turning = (name: string, about: string, turn: typeof pauseSlot | typeof resumeSlot) =>
  method<Given>({
    verb: 'POST',
    name,
    about,
    parameters: { properties: { slot, cluster }, required: ['slot'] },
    answer: objectOf({ result: ref('PauseResult') }),
    answers: 'value',
    problems: ['not-found'],
    handle: async ({ given }) => {
      requireSlot(requireRunning(selectedClusters(given.cluster)), given.slot);
      const { slot: _, ...of } = addressOf(given);
      return { json: { result: await turn(given.slot, of) } };
    },
  });

export const pause = turning('pause', 'The worker of a slot accepts no new connections.', pauseSlot);
export const resume = turning('resume', 'The worker of a slot accepts connections again.', resumeSlot);
