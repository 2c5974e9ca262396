import { reopenLogs } from '../../index.js';
import { accepted } from '../answerSchemas.js';
import { selectedClusters } from '../master.js';
import { method } from '../method.js';
import { requireRunning } from '../requireRunning.js';

export const reopen = method({
  verb: 'POST',
  name: 'reopen',
  about: 'Opens the log files again at their paths.',
  parameters: { properties: {} },
  answer: accepted,
  answers: 'value',
  problems: ['not-found'],
  handle: () => {
    requireRunning(selectedClusters());
    reopenLogs();
    return { json: { accepted: true } };
  },
});
