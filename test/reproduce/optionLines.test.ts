import { expect, test } from 'vitest';
import { noJson, optionLines } from '../../src/reproduce/optionLines.js';
import { readDiagram } from '../../src/testing.js';

test('options are lines that a diagram reads as the same values', () => {
  const options = {
    worker: 2,
    name: 'true',
    ready: 'online',
    maxForkCount: Infinity,
    canary: undefined,
    backoff: { initial: 5, jitter: 0 },
  };
  const lines = optionLines(options);
  expect(lines).toEqual([
    '  worker 2',
    '  name "true"',
    '  ready online',
    '  maxForkCount Infinity',
    '  backoff {"initial":5,"jitter":0}',
  ]);
  const text = `# A run\n\nA run.\n\noptions\n${lines.join('\n')}\n\ndiagram\n                  0\nworker 1, slot 1  for-\n\ndecisions\n`;
  expect(readDiagram(text).clusters[0]?.options).toEqual({
    worker: 2,
    name: 'true',
    ready: 'online',
    maxForkCount: Infinity,
    backoff: { initial: 5, jitter: 0 },
  });
  expect(optionLines({ maxSurge: '25%', name: 'Infinity', exec: 'a b' })).toEqual([
    '  maxSurge 25%',
    '  name "Infinity"',
    '  exec "a b"',
  ]);
});

test('what JSON cannot hold is found in parts of options, and not where a word can say it', () => {
  expect(noJson({ worker: 2, maxForkCount: Infinity, backoff: { max: 5 } })).toBe(undefined);
  expect(noJson({ worker: 2, backoff: { max: Infinity } })).toBe('backoff');
  expect(noJson({ worker: 2, recycle: { memory: null, deep: [{ max: Infinity }] } })).toBe('recycle');
});
