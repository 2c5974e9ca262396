import { pictureText } from '../drawing.js';
import { ConfigError } from '../index.js';
import { literal, literalLines } from './literal.js';
import { pictureOfRun } from './pictureOfRun.js';
import type { Reproduction } from './reproduce.js';

/** What is written of an incident. */
export interface ReproductionTexts {
  /** A picture of the recorded events, in the form of the files in `marbles/`. */
  readonly diagram: string;
  /** A module with a test for `node:test`, which plays the recorded lives with exact times and expects the recorded decisions. */
  readonly test: string;
}

/**
 * A reproduction as texts: a diagram to look at, and a test. What is assumed stands in both. `title`: of both. Default: the name of the cluster.
 *
 * Throws `ConfigError` for an option that a text cannot hold, such as a function.
 *
 * @example
 * writeFileSync('incident.test.mjs', textsOf(reproduceRecording('web.jsonl')).test);
 */
export const textsOf = (reproduction: Reproduction, title?: string): ReproductionTexts => {
  const { cluster, config } = reproduction;
  checkData(config, 'config');
  // It stands in comments and headings.
  const name = (title ?? `a recorded run of ${cluster}`).replaceAll(/\s+/g, ' ');
  return { diagram: diagramText(reproduction, name), test: testText(reproduction, name) };
};

const diagramText = ({ config, script, events, assumptions }: Reproduction, title: string): string => {
  const end = events.at(-1)?.time ?? script.begin;
  const picture = pictureOfRun({ events, inputs: script.inputs, begin: script.begin, end });
  return [
    `# ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    '',
    'What was recorded. Its columns are too coarse to play it: the test beside it has the exact times. Assumed there:',
    ...listed(assumptions, '- '),
    '',
    'options',
    `  column ${picture.column}`,
    ...Object.entries(config).map(([name, value]) => `  ${name} ${optionText(value)}`),
    '',
    pictureText(picture),
    '',
  ].join('\n');
};

const optionText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const testText = ({ config, script, decisions, assumptions }: Reproduction, title: string): string => `\
// Plays the recorded lives of the workers with exact times, and expects the recorded decisions: which, in which order, in which slot, and with which delays.
// Their times are not compared, because a real master's timers are some milliseconds late.
//
// Assumed, because the recording does not tell:
${listed(assumptions, '// - ').join('\n')}
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionsOf, scriptOf } from 'proteus-cluster/reproduce';
import { simulate } from 'proteus-cluster/testing';

const config = ${literal(config)};

/** Times in ms: \`at\` from the start, \`leaves\` and \`terminates\` from when the worker is asked, all others from \`at\`, when it was to be forked. */
const script = {
  // The workers, in the order of their forks.
  lives: ${literalLines(script.lives, '  ')},
  // What was asked from outside.
  inputs: ${literalLines(script.inputs, '  ')},
  // What the master drew at random, for the jitter of the backoff.
  random: ${literal(script.random)},
  // The recording is from \`begin\` to a little before \`until\`.
  begin: ${script.begin},
  until: ${script.until},
};

test(${literal(title)}, () => {
  const { events } = simulate(config, scriptOf(script));
  const decisions = decisionsOf(events.filter(({ time }) => time >= script.begin));
  assert.deepEqual(decisions, {
${Object.entries(decisions)
  .map(([track, list]) => `    ${literal(track)}: ${literalLines(list, '    ')},`)
  .join('\n')}
  });
});
`;

const listed = (sentences: readonly string[], bullet: string): readonly string[] =>
  sentences.map((sentence) => `${bullet}${sentence.replaceAll(/\s+/g, ' ')}`);

const checkData = (value: unknown, name: string): void => {
  if (typeof value === 'function')
    throw new ConfigError(
      name,
      'a function cannot be written into a test',
      'Write the test yourself, with reproduceRecording()',
    );
  if (typeof value === 'object' && value !== null)
    for (const [inner, field] of Object.entries(value)) checkData(field, `${name}.${inner}`);
};
