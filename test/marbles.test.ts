import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkDiagram, checkDiagramText } from '../src/testing/diagrams/checkDiagram.js';

const folder = new URL('../marbles/', import.meta.url);

const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const readme = readFileSync(new URL('README.md', folder), 'utf8');

test.for(names)('marbles/%s comes out as it is drawn', (name) => {
  expect(() => checkDiagram(new URL(name, folder))).not.toThrow();
});

test('the example of the README comes out as it is drawn', () => {
  const [, example = ''] = /```text\n(# .*?)```/s.exec(readme) ?? [];
  expect(() => checkDiagramText(example)).not.toThrow();
});
