import { ConfigError, is } from '../../index.js';
import { ref } from '../answerSchemas.js';
import { eventLines, type EventSelection, isSelected } from '../eventLines.js';
import { record } from '../master.js';
import { method } from '../method.js';
import { cluster, follow, type OfSlot, slot } from '../parameterSchemas.js';
import { RequestProblem } from '../requestProblem.js';

interface Given extends OfSlot {
  readonly type?: string;
  readonly since?: number;
  readonly last?: number;
  readonly follow?: boolean;
}

export const events = method<Given>({
  verb: 'GET',
  name: 'events',
  about: 'The last events, without messages and samples. With `follow` also those that come.',
  parameters: {
    properties: {
      cluster,
      slot,
      type: { type: 'string', minLength: 1, description: 'Types of events, separated by commas. Default: all.' },
      since: { type: 'integer', minimum: 0, description: 'Begin after the event with this id.' },
      last: { type: 'integer', minimum: 0, description: 'Begin with so many events before now.' },
      follow,
    },
  },
  answer: { anyOf: [ref('RecordedEvent'), ref('Gap')] },
  answers: 'stream',
  handle: ({ given, lastEventId }) => {
    const selection = { cluster: given.cluster, slot: given.slot, types: typesOf(given.type) };
    const since = lastEventId ?? given.since;
    const begin = since === undefined ? beforeLast(given.last ?? Infinity, selection) : known(since);
    return {
      stream: (out) => {
        const { finish } = eventLines(record, out, begin, selection);
        if (given.follow !== true) finish();
        return { serverCloses: finish };
      },
    };
  },
});

/** An id that this master has not given yet is one of a master before it. */
export const known = (since: number): number => (since > record.last() ? record.first() - 1 : since);

/** The id before the last so many events that are selected. */
export const beforeLast = (count: number, selection: EventSelection): number => {
  let left = count;
  let id = record.last();
  for (; id >= record.first() && left > 0; id -= 1) {
    const entry = record.at(id);
    if (entry !== undefined && isSelected(entry, selection)) left -= 1;
  }
  return id;
};

const typesOf = (list: string | undefined): ReadonlySet<string> | undefined => {
  if (list === undefined) return undefined;
  const types = list.split(',');
  try {
    // It throws for a word that is no type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    is(...(types as unknown as Parameters<typeof is>));
  } catch (error) {
    throw error instanceof ConfigError
      ? new RequestProblem('bad-request', error.message.replace(/^is\(\)/, 'type'))
      : error;
  }
  return new Set(types);
};
