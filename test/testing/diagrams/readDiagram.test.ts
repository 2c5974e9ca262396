import { expect, test } from 'vitest';
import { readDiagram } from '../../../src/testing/diagrams/readDiagram.js';
import { crash } from './diagramText.js';

const withRow = (row: string) => readDiagram(crash.replace(/(?=SIGINT)/, `${row}\n`));

test('the sentence is the first one below the title', () => {
  const text = crash.replace(
    'Worker 2 is replaced.',
    'Worker 2 crashes, and\nits slot is filled. What follows is prose.',
  );
  expect(readDiagram(text)).toMatchObject({
    title: 'A crash',
    sentence: 'Worker 2 crashes, and its slot is filled.',
  });
});

test('a value is JSON or a word', () => {
  const text = crash.replace('minReadyTime 3', 'maxSurge 50%\n  maxForkCount Infinity\n  ready online\n  health false');
  expect(readDiagram(text).clusters[0]?.options).toEqual({
    worker: 2,
    maxSurge: '50%',
    maxForkCount: Infinity,
    ready: 'online',
    health: false,
    backoff: { initial: 4, jitter: 0 },
  });
});

test('a worker uses memory from the first ! to the second, by its age', () => {
  const { usage } = withRow('worker 3 rss 600M ----------------!-!').behaviours.get(3) ?? {};
  expect([1, 2, 3, 4].map((age) => usage?.(age).rss)).toEqual([undefined, 600 * 2 ** 20, 600 * 2 ** 20, undefined]);
});

test('a worker that is killed does not end without it', () => {
  const text = crash.replace('for--a----x', 'for--a---kx');
  expect(readDiagram(text).behaviours.get(2)).not.toHaveProperty('crashes');
});
