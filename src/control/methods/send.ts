import { MessageError, send as sendMessage } from '../../index.js';
import { accepted } from '../answerSchemas.js';
import { requireSlot, selectedClusters } from '../master.js';
import { method } from '../method.js';
import { addressOf, cluster, type OfSlot, slot } from '../parameterSchemas.js';
import { RequestProblem } from '../requestProblem.js';
import { requireRunning } from '../requireRunning.js';

interface Given extends OfSlot {
  readonly message: unknown;
  readonly id?: number;
}

export const send = method<Given>({
  verb: 'POST',
  name: 'send',
  about: 'Sends a message to the workers, to those of one cluster or slot, or to one worker.',
  parameters: {
    properties: {
      message: { description: 'Any JSON.' },
      cluster,
      slot,
      id: { type: 'integer', minimum: 1, description: 'The id of a worker.' },
    },
    required: ['message'],
  },
  maxBodyBytes: 2 ** 20,
  answer: accepted,
  answers: 'value',
  problems: ['not-found'],
  handle: ({ given }) => {
    requireSlot(requireRunning(selectedClusters(given.cluster)), given.slot);
    try {
      sendMessage(given.message, given.id === undefined ? addressOf(given) : { id: given.id });
    } catch (error) {
      throw error instanceof MessageError ? new RequestProblem('not-found', error.message) : error;
    }
    return { json: { accepted: true } };
  },
});
