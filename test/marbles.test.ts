import { readdirSync, readFileSync } from 'node:fs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { playDiagram, readDiagram } from '../src/testing/diagram.js';

const folder = new URL('../marbles/', import.meta.url);

test.for(readdirSync(folder).filter((name) => name.endsWith('.txt')))('marbles/%s comes out as it is drawn', (name) => {
  const diagram = readDiagram(readFileSync(new URL(name, folder), 'utf8'));
  let picture = '';
  new TestScheduler(expect.unreachable).run(() => {
    playDiagram(diagram).subscribe((drawn) => {
      picture = drawn;
    });
  });
  expect(picture).toBe(diagram.picture);
});

test.each(['wide', '0'])('column %s is refused', (column) => {
  const text = `# A title\noptions\n  column ${column}\ndiagram\n  0\ndecisions\n`;
  expect(() => readDiagram(text)).toThrow(`column: expected a number of ms above 0, got ${column}`);
});
