import { expect, test } from 'vitest';
import { coloured, plain } from '../../src/cli/style.js';
import { type Column, table } from '../../src/cli/table.js';

interface Row {
  readonly name: string;
  readonly pid: number;
  readonly state: string;
  readonly where: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'cluster', cell: ({ name }) => [name, 'bold'], flexible: true },
  { title: 'pid', cell: ({ pid }) => String(pid), align: 'right', priority: 2 },
  { title: 'state', cell: ({ state }) => [state, 'green'], priority: 3 },
  { title: 'listens on', cell: ({ where }) => where, priority: 1 },
];

const rows: readonly Row[] = [
  { name: 'web', pid: 4711, state: 'running', where: '127.0.0.1:8080, [::1]:8080' },
  { name: 'a-service-with-a-long-name', pid: 12, state: 'starting', where: '' },
];

const at = (width: number) => table(columns, rows, { width, paint: plain });

test('200 and 100 columns: everything', () => {
  const all = `
cluster                      pid  state     listens on
web                         4711  running   127.0.0.1:8080, [::1]:8080
a-service-with-a-long-name    12  starting
`.slice(1);
  expect(at(200)).toBe(all);
  expect(at(100)).toBe(all);
});

test('60 columns: without what matters least', () => {
  expect(at(60)).toBe(
    `
cluster                      pid  state
web                         4711  running
a-service-with-a-long-name    12  starting
`.slice(1),
  );
});

test('40 columns: fewer still', () => {
  expect(at(40)).toBe(
    `
cluster                     state
web                         running
a-service-with-a-long-name  starting
`.slice(1),
  );
});

test('what stays is cut where there is no room', () => {
  expect(at(12)).toBe(
    `
cluster
web
a-service-w…
`.slice(1),
  );
});

test.for([200, 100, 60, 40, 12])('no line is wider than %s columns', (width) => {
  for (const line of at(width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
});

test('colours change no width', () => {
  const painted = table(columns, rows, { width: 100, paint: coloured });
  // oxlint-disable-next-line no-control-regex
  expect(painted.replaceAll(/\u001B\[\d+m/g, '')).toBe(at(100));
  expect(painted).toContain('\u001B[1mweb\u001B[22m');
});

test('a name cannot control the terminal', () => {
  const evil = { name: 'a\u001B[2Jb\nc', pid: 1, state: '\u202Eabc', where: '' };
  expect(table(columns, [evil], { width: 100, paint: plain })).toBe(
    `
cluster       pid  state      listens on
a\\x1b[2Jb\\nc    1  \\u202eabc
`.slice(1),
  );
});
