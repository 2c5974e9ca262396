import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkDiagram } from '../src/testing/checkDiagram.js';

const folder = new URL('../marbles/', import.meta.url);

test.for(readdirSync(folder).filter((name) => name.endsWith('.txt')))('marbles/%s comes out as it is drawn', (name) => {
  expect(() => checkDiagram(new URL(name, folder))).not.toThrow();
});
