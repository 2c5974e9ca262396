import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentOf } from '../../src/services/envFile.js';
import { fresh } from '../process/harness.js';

/** The variables of a file. */
const read = (text: string) =>
  environmentOf([join(fresh({ '.env': text }), '.env')])({ cluster: 'web', slot: 1, generation: 1 });

test.each([
  [
    'quotes, comments and several lines',
    '# a\nA="b # c"\nB=d # e\nC="f\ng"\nexport D=1\n',
    { A: 'b # c', B: 'd', C: 'f\ng', D: '1' },
  ],
  ['an empty line with a space or a tab', 'A=1\n  \n\t\nB=2\n', { A: '1', B: '2' }],
  ['several spaces behind export', 'export  A=1\n', { A: '1' }],
  ['a byte order mark and carriage returns, as Windows writes them', '\uFEFFA=1\r\n\r\nB=2\r\n', { A: '1', B: '2' }],
  ['no newline at the end, and no value', 'A=1\nB=', { A: '1', B: '' }],
  ['nothing', '', {}],
])('%s', (_, text, variables) => {
  expect(read(text)).toEqual(variables);
});

test.each([
  ['a line without a name', 'A=1\nhidden\nB=2\n', 'envFile: expected NAME=value in line 2 of '],
  [
    'a key whose lines are not quoted',
    'KEY=-----BEGIN\nhidden\n-----END\nB=2\n',
    'envFile: expected NAME=value in line 2 of ',
  ],
  ['a NUL character', 'A=hid\0den\n', 'envFile: expected a value without a NUL character in line 1 of '],
])('%s is an error that shows nothing of it', (_, text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow('hidden');
});
