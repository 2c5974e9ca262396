import { readdirSync, readFileSync } from 'node:fs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { play, read } from '../src/testing/diagram.js';

const folder = new URL('../marbles/', import.meta.url);

test.for(readdirSync(folder).filter((name) => name.endsWith('.txt')))('marbles/%s comes out as it is drawn', (name) => {
  const diagram = read(readFileSync(new URL(name, folder), 'utf8'));
  let picture = '';
  new TestScheduler(expect.unreachable).run(() => {
    play(diagram).subscribe((drawn) => {
      picture = drawn;
    });
  });
  expect(picture).toBe(diagram.picture);
});
