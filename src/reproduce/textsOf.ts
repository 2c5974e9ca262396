import { ConfigError } from '../index.js';
import { literal, literalLines } from './literal.js';
import { playableDiagram } from './playableDiagram.js';
import type { Reproduction } from './reproduce.js';

/** What is written of an incident. */
export interface ReproductionTexts {
  /** The recorded run in the form of the files in `marbles/`, which `checkDiagram` plays. `undefined` if it cannot be written as one. */
  readonly diagram: string | undefined;
  /** Why there is no diagram. */
  readonly whyNoDiagram: string | undefined;
  /** A module with a test for `node:test`, which plays the recorded lives with exact times and expects the recorded decisions. */
  readonly test: string;
}

/**
 * A reproduction as texts: a diagram that can be played, and a test with exact times. What is assumed stands in both. `title`: of both. Default: the name of the cluster.
 * `diagramFile`: where the test finds the diagram, such as `./web.txt`. Then it plays that, too.
 *
 * Throws `ConfigError` for an option that a text cannot hold, such as a function.
 *
 * @example
 * const { diagram, test } = textsOf(reproduceRecording('web.jsonl'), 'no database', './incident.txt');
 * if (diagram !== undefined) writeFileSync('incident.txt', diagram);
 * writeFileSync('incident.test.mjs', test);
 */
export const textsOf = (reproduction: Reproduction, title?: string, diagramFile?: string): ReproductionTexts => {
  const { cluster, config } = reproduction;
  checkData(config, 'config');
  // It stands in comments and headings.
  const name = (title ?? `a recorded run of ${cluster}`).replaceAll(/\s+/g, ' ');
  const drawn = playableDiagram(reproduction);
  const isDrawn = 'sections' in drawn;
  return {
    diagram: isDrawn ? diagramText(reproduction, name, drawn) : undefined,
    whyNoDiagram: isDrawn ? undefined : drawn.why,
    test: testText(reproduction, name, isDrawn ? diagramFile : undefined),
  };
};

const diagramText = (
  { script: { begin }, assumptions }: Reproduction,
  title: string,
  { sections, column }: { readonly sections: string; readonly column: number },
): string =>
  [
    `# ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    '',
    `A column is ${column} ms. In whole columns the workers live as they were recorded, so that the master decides what it decided then.`,
    ...(begin === 0
      ? []
      : [
          `The recording begins in column ${Math.floor(begin / column)}. What is before is not recorded: it makes the cluster stable, and its workers as old as they were.`,
        ]),
    '',
    'Assumed, because the recording does not tell:',
    ...listed(assumptions, '- '),
    '',
    sections,
  ].join('\n');

const testText = (
  { config, script, decisions, assumptions }: Reproduction,
  title: string,
  diagramFile: string | undefined,
): string => `\
// Plays the recorded lives of the workers with exact times, and expects the recorded decisions: which, in which order, in which slot, and with which delays.
// Their times are not compared, because a real master's timers are some milliseconds late.
//
// Assumed, because the recording does not tell:
${listed(assumptions, '// - ').join('\n')}
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionsOf, scriptOf } from 'proteus-cluster/reproduce';
import { ${diagramFile === undefined ? '' : 'checkDiagram, '}simulate } from 'proteus-cluster/testing';

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
${diagramFile === undefined ? '' : diagramTest(title, diagramFile)}`;

const diagramTest = (title: string, file: string): string => `
// In whole columns, so that it can be seen what happens: the same decisions.
test(${literal(`the diagram of ${title}`)}, () => checkDiagram(new URL(${literal(file)}, import.meta.url)));
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
