import { eventFormat } from '../../index.js';
import { integer, objectOf, text } from '../answerSchemas.js';
import { method } from '../method.js';
import { ownVersion } from '../../version.js';

let version: string | undefined;

/** Who answers. */
export const identity = () => {
  version ??= ownVersion();
  return { pid: process.pid, version, format: eventFormat };
};

export const ping = method({
  verb: 'GET',
  name: 'ping',
  about: 'Whether the master answers, and its versions.',
  parameters: { properties: {} },
  answer: objectOf({ pid: integer, version: text, format: integer, node: text }),
  answers: 'value',
  handle: () => ({ json: { ...identity(), node: process.version } }),
});
