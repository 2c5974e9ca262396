import { expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.js';
import { parse } from '../../src/cli/parse.js';
import { choiceOption, numberOption } from '../../src/cli/readOption.js';

const command: Command = {
  name: 'run',
  summary: '',
  usage: '',
  options: {
    workers: { short: 'w', value: 'N', text: '', aliases: ['instances', 'i'] },
    level: { value: 'level', text: '' },
    follow: { short: 'f', text: '' },
  },
  examples: [],
  takesRest: true,
  run: async () => 0,
};

test.for([
  ['words and options in any order', ['a', '-f', 'b'], { words: ['a', 'b'], options: { follow: true }, rest: [] }],
  ['a value after a space', ['--workers', '4'], { words: [], options: { workers: '4' }, rest: [] }],
  ['a value after =', ['--workers=4'], { words: [], options: { workers: '4' }, rest: [] }],
  ['a short option with its value', ['-w4', '-f'], { words: [], options: { workers: '4', follow: true }, rest: [] }],
  ['an option by the name of another tool', ['-i', '4'], { words: [], options: { workers: '4' }, rest: [] }],
  ['a long one', ['--instances', 'max'], { words: [], options: { workers: 'max' }, rest: [] }],
  ['the last of two', ['-w', '1', '-w', '2'], { words: [], options: { workers: '2' }, rest: [] }],
  ['what follows --', ['a', '--', '-f', '--x'], { words: ['a'], options: {}, rest: ['-f', '--x'] }],
] as const)('%s', ([, args, expected]) => {
  expect(parse(command, args)).toEqual(expected);
});

test.for([
  [['--folow'], 'run has no option --folow. Did you mean --follow?'],
  [['--nothing-like-it'], 'run has no option --nothing-like-it'],
  [['-x'], 'run has no option -x'],
  [['--__proto__'], 'run has no option --__proto__'],
  [['--constructor'], 'run has no option --constructor'],
  [['--workers'], '--workers: expected a value: --workers <N>'],
  [['-w', '-f'], '-w: expected a value: -w <N>'],
  [['--follow=yes'], '--follow takes no value, got yes'],
] as const)('%s is an error', ([args, message]) => {
  expect(() => parse(command, args)).toThrow(message);
});

test('a command that takes nothing after -- says so', () => {
  const { takesRest: _, ...plain } = command;
  expect(() => parse(plain, ['--', 'a'])).toThrow('run: expected nothing after --, got a');
});

test.for(['0', '-1', '1.5', 'x', '', '1e3', '9'.repeat(20)])('%s is not a number of workers', (text) => {
  expect(() => numberOption(parse(command, [`--workers=${text}`]), 'workers', 1)).toThrow(
    '--workers: expected a whole number from 1 on',
  );
});

test('an option with a few values', () => {
  const input = parse(command, ['--level=warm']);
  expect(() => choiceOption(input, 'level', ['info', 'warn'])).toThrow('--level: expected one of info, warn, got warm');
  expect(choiceOption(parse(command, ['--level=warn']), 'level', ['info', 'warn'])).toBe('warn');
  expect(choiceOption(parse(command, []), 'level', ['info', 'warn'])).toBeUndefined();
});
