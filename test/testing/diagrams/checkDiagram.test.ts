import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tap } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policy } from '../../../src/operators/respawn/policy.js';
import { permanent } from '../../../src/operators/respawn/permanent.js';
import { checkDiagram, checkDiagramText } from '../../../src/testing/diagrams/checkDiagram.js';
import { DiagramError } from '../../../src/testing/diagrams/diagramError.js';
import { crash } from './diagramText.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagrams-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const failure = (text: string): unknown => {
  try {
    checkDiagramText(text, { file: 'marbles/crash.txt' });
  } catch (thrown) {
    return thrown;
  }
  return undefined;
};

test('a diagram that comes out as it is drawn passes', () => {
  expect(failure(crash)).toBeUndefined();
});

test.each([
  [
    'a row and a decision in another column',
    crash.replace('for--a----x', 'for--a-----x'),
    `
marbles/crash.txt:15:33: 1 row and 1 decision came out differently

                                  0         10        20        30
drawn       15  worker 3, slot 2                for--a----------t|
came out        worker 3, slot 2                 for--a---------t|
                                                ^^^^ ^^

                decisions
drawn       19    10  slot 2 gets a new worker in 4 ms (early exits: 1 of 100)
came out          11  slot 2 gets a new worker in 4 ms (early exits: 1 of 100)
                   ^`,
  ],
  [
    'a worker that is not drawn',
    crash.replace(/worker 3.*\n/, ''),
    `
marbles/crash.txt:14:1: 1 row came out differently

                                  0         10        20        30
drawn           nothing
came out        worker 3, slot 2                for--a----------t|`,
  ],
  [
    'a worker and decisions that do not happen',
    crash
      .replace('\n\ndecisions', '\nworker 4, slot 1     for-----------------------|\n\ndecisions')
      .replace('  30  shutdown', '  20  restart asked for by SIGUSR2\n  30  shutdown')
      .replace('for--a', 'for-a-')
      .replace('|\n\n', 'q\n\n')
      .replace('-----------------------q', '-----------------------x'),
    `
marbles/crash.txt:13:23: 2 rows and 1 decision came out differently

                                  0         10        20        30
drawn       13  worker 1, slot 1  for-a-------------------------t|
came out        worker 1, slot 1  for--a------------------------t|
                                      ^^
drawn       16  worker 4, slot 1     for-----------------------x
came out        nothing

                decisions
drawn       21    20  restart asked for by SIGUSR2
came out        nothing`,
  ],
  [
    'a decision that is left out, and another end',
    crash.replace(/ +2 {2}2 workers.*\n/, '').replace('complete', 'error: ForkLimitError'),
    `
marbles/crash.txt:21:1: 2 decisions came out differently

                decisions
drawn           nothing
came out           2  2 workers are ready after 2 ms
drawn       21        error: ForkLimitError
came out              complete
                      ^`,
  ],
])('the error of %s has both sides', (_, text, message) => {
  const error = failure(text);
  expect(error).toBeInstanceOf(DiagramError);
  expect(error).toHaveProperty('message', message.trim());
});

test('a file is named by its path from the current folder, and its options come from both', () => {
  const file = join(folder, 'crash.txt');
  writeFileSync(file, crash.replace('for--a----x', 'for--a---x'));
  const respawn = policy(permanent());
  const place = `${relative('', file)}:15:32: 1 row and 1 decision`;
  expect(() => checkDiagram(file)).toThrow(place);
  expect(() => checkDiagram(pathToFileURL(file), { minUptime: 5 })).toThrow('slot 2 gets a new worker at once');
  expect(() => checkDiagram(file, { respawn })).toThrow('backoff: expected none with a respawn policy');
});

test('a diagram plays a policy of your own', () => {
  let departures = 0;
  const respawn = policy(
    permanent(),
    tap(() => (departures += 1)),
  );
  const text = crash
    .replace(/ {2}backoff.*\n/, '')
    .replace('                for--a----------t|', '            for--a--------------t|')
    .replace('in 4 ms (early exits: 1 of 100)', 'in 0 ms (early exits: 1)');
  checkDiagramText(text, { config: { respawn } });
  expect(departures).toBe(1);
});

test.each([undefined, '', 5])('the file %s is refused', (file) => {
  // @ts-expect-error: no path.
  expect(() => checkDiagram(file)).toThrow('checkDiagram(): expected the path of a file with a diagram, got ');
});

test('a simulation that takes too long is stopped', () => {
  const text = crash.replace('  minReadyTime 3', '  minReadyTime 3\n  column 86400000\n  recycle {"memory":"1G"}');
  expect(failure(text)).toHaveProperty(
    'message',
    'marbles/crash.txt:19:1: expected less to happen: it was stopped after 100000 timers. Use a smaller column, or fewer workers',
  );
});
