import { describe, expect, test } from 'vitest';
import { harmless, harmlessLines } from '../../src/cli/harmless.js';
import { coloured, wantsColour } from '../../src/cli/style.js';
import { didYouMean, suggest } from '../../src/cli/suggest.js';
import { bytes, duration, shortDuration } from '../../src/cli/units.js';
import { workerName } from '../../src/cli/words.js';

describe('suggestions', () => {
  const names = ['start', 'stop', 'restart', 'list', 'ls', 'ps', 'logs', 'describe'];

  test.for([
    ['stpo', 'stop'],
    ['strat', 'start'],
    ['restrat', 'restart'],
    ['log', 'logs'],
    ['LS', 'ls'],
    ['desc', 'describe'],
    ['descirbe', 'describe'],
    ['describes-all', 'describe'],
  ] as const)('%s: %s', ([word, near]) => {
    expect(suggest(word, names)).toEqual([near]);
    expect(didYouMean(word, names)).toBe(`. Did you mean ${near}?`);
  });

  test('words that are equally near are all suggested, and no more than three', () => {
    expect(didYouMean('rstart', names, '--')).toBe('. Did you mean --start or --restart?');
    expect(didYouMean('l', [...names, 'lines', 'level'])).toBe('. Did you mean list, ls or logs?');
  });

  test('a word that begins with a short known one is suggested that one', () => {
    expect(didYouMean('environment', ['env', 'name', 'detach'], '--')).toBe('. Did you mean --env?');
  });

  test.for(['xyz', 'deploy', 'kubernetes', ''])('%s: nothing is near', (word) => {
    expect(suggest(word, names)).toEqual([]);
    expect(didYouMean(word, names)).toBe('');
  });
});

test.for([
  [0, '0 ms', '0s'],
  [999, '999 ms', '0s'],
  [1_240, '1.2 s', '1s'],
  [59_000, '59 s', '59s'],
  [60_000, '1 min', '1m'],
  [72_500, '1 min 12 s', '1m'],
  [3_600_000, '1 h', '1h'],
  [90 * 60_000, '1 h 30 min', '1h'],
  [273_600_000, '3 d 4 h', '3d'],
  [-5, '0 ms', '0s'],
] as const)('%s ms', ([ms, long, short]) => {
  expect(duration(ms)).toBe(long);
  expect(shortDuration(ms)).toBe(short);
});

test('bytes', () => {
  expect(bytes(87 * 1_048_576)).toBe('87 MB');
  expect(bytes(1_300 * 1_048_576)).toBe('1.3 GB');
});

test.for([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
] as const)('a terminal %s with %o: colours %s', ([terminal, env, wanted]) => {
  expect(wantsColour(terminal, env)).toBe(wanted);
});

test('a colour ends where it began', () => {
  expect(coloured('red', 'x')).toBe('\u001B[31mx\u001B[39m');
  expect(coloured('red', '')).toBe('');
});

test('control characters and marks of direction are shown, not sent', () => {
  expect(harmless('a\u001B[31mb\rc\u0007\u009Bd\ne\t\u202E')).toBe(String.raw`a\x1b[31mb\x0dc\x07\x9bd\ne\t\u202e`);
  expect(harmless('\u061C\u200E\u200F\u2066')).toBe(String.raw`\u061c\u200e\u200f\u2066`);
  expect(harmlessLines('a\n\tb\u001Bc')).toBe('a\n\tb\\x1bc');
  expect(harmless('Grüße 日本 🚀')).toBe('Grüße 日本 🚀');
});

test('a worker that could not be started has no number', () => {
  const worker = { slot: 1, generation: 1, cluster: 'web' };
  expect(workerName({ ...worker, id: 3, pid: 4711 })).toBe('worker 3 (pid 4711)');
  expect(workerName({ ...worker, id: -1 })).toBe('a worker');
});
