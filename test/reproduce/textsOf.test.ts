import { expect, test } from 'vitest';
import { toSvg } from '../../src/marbles.js';
import { literal } from '../../src/reproduce/literal.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { textsOf } from '../../src/reproduce/textsOf.js';
import { checkDiagramText, type Config, simulate } from '../../src/testing.js';

const options: Config = { worker: 1, backoff: { initial: 50, jitter: 0 } };
const { events } = simulate(options, {
  duration: 1_000,
  workers: [{ leaves: 20, crashes: { after: 200, code: 7, message: 'it\'s "bad"\n' } }],
  inputs: [{ at: 900, input: 'SIGINT' }],
});
const { diagram = '', test: module } = textsOf(reproduce(events, options), 'no\ndatabase', './incident.txt');

test('the diagram is one that can be drawn and played, and says what is assumed', () => {
  expect(() => checkDiagramText(diagram)).not.toThrow();
  expect(toSvg(diagram)).toContain('No database');
  expect(diagram).toContain(`
options
  column 20
  exits {"1":7}
  worker 1
  backoff {"initial":50,"jitter":0}
  signals {"SIGINT":"shutdown"}
`);
  expect(diagram).toMatch(/^- A worker that was never forked is assumed to live as/m);
  expect(diagram).toContain('worker 1, slot 1  r---------x\n');
});

test('the test has a line for each worker and each input, the assumptions, and the recorded decisions', () => {
  const lines = module.split('\n');
  expect(lines).toContain(
    `    { slot: 1, at: 0, online: 1, listening: 2, leaves: 1, crashes: { after: 200, code: 7, message: "it's \\"bad\\"\\n" } },`,
  );
  expect(lines).toContain("    { at: 900, input: 'SIGINT' },");
  expect(lines).toContain("test('no database', () => {");
  expect(lines).toContain(
    "test('the diagram of no database', () => checkDiagram(new URL('./incident.txt', import.meta.url)));",
  );
  expect(lines).toContain("      'respawn in 50 ms, start 1 of 5 failed',");
  expect(lines.filter((line) => line.startsWith('// - '))).not.toEqual([]);
});

test('what a recording says cannot become code', () => {
  const evil = "'); process.exit(1); //\n*/ `${1}` \u2028";
  const data = { [evil]: evil, __proto__: undefined, nothing: undefined, list: [Infinity, null, true, ['a']] };
  const text = literal(data);
  expect(text).not.toContain('\n');
  // It is what is tested.
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call
  expect(new Function(`return ${text};`)()).toEqual({ [evil]: evil, list: [Infinity, null, true, ['a']] });
  const { test: named, diagram: drawn = '' } = textsOf(reproduce(events, options), evil);
  expect(named.split('\n').filter((line) => line.startsWith('test('))).toHaveLength(1);
  expect(drawn.split('\n')[0]).toBe("# '); process.exit(1); // */ `${1}` ");
});

test('a function cannot be written into a test', () => {
  const given = { ...options, ready: () => true };
  expect(() => textsOf(reproduce(events, given))).toThrow('config.ready: a function cannot be written into a test');
});
