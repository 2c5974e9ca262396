import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, exitText, ForkLimitError, WorkerExitError } from '../../src/vocabulary/errors.js';
import { harmless, harmlessInColour, nameOf, placeOf } from '../../src/vocabulary/wording.js';
import { ref } from '../marbles.js';

const esc = '\u001b';

describe('text from elsewhere', () => {
  test.each([
    ['what clears the screen', `a${esc}[2Jb`, 'ab'],
    ['a title, ended by BEL', `a${esc}]0;title\u0007b`, 'ab'],
    ['a title, ended by ST', `a${esc}]0;title${esc}\\b`, 'ab'],
    ['a link', `${esc}]8;;http://evil${esc}\\text${esc}]8;;${esc}\\`, 'text'],
    ['a string that does not end', `a${esc}]52;c;`, 'a52;c;'],
    ['a device control string', `a${esc}Pq#0${esc}\\b`, 'ab'],
    ['C1: a sequence', 'a\u009b2Jb', 'ab'],
    ['C1: a title', 'a\u009d0;title\u009cb', 'ab'],
    ['colours', `${esc}[31mred${esc}[0m`, 'red'],
    ['a reset of the terminal', `a${esc}cb`, 'ab'],
    ['what turns the direction', 'a\u202egnp.exe\u202c\u2066b\u2069', 'agnp.exeb'],
    ['a carriage return', 'safe\rrm', 'saferm'],
    ['lines and tabs, which stay', 'a\r\n\tb', 'a\n\tb'],
  ])('loses %s', (_, text, left) => {
    expect(harmless(text)).toBe(left);
  });

  test('has no control character left but newlines and tabs, whatever it is', () => {
    const parts = fc.constantFrom(
      esc,
      ']',
      '[',
      '2J',
      '\u0007',
      '\u009b',
      '\u202e',
      '\u2066',
      '\\',
      'a',
      '\n',
      '\t',
      'P',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 20 }), (pieces) => {
        expect(harmless(pieces.join(''))).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('costs no more than its length, also if no sequence is terminated', () => {
    expect(harmless('\u009d'.repeat(1_000_000))).toBe('');
    expect(harmless(`${esc}]`.repeat(500_000))).toBe('');
  });

  test('may keep its colours, which end with it', () => {
    expect(harmlessInColour(`${esc}[31mred${esc}[2J`)).toBe(`${esc}[31mred${esc}[0m`);
    expect(harmlessInColour('plain')).toBe('plain');
  });
});

test('a worker is named by its id, its slot and its pid', () => {
  expect(nameOf(ref({ id: 11, slot: 2, pid: 4378 }))).toBe('worker 11 (slot 2, pid 4378)');
  expect(nameOf({ id: -1, slot: 2, generation: 1, cluster: 'test' })).toBe('worker -1 (slot 2)');
});

test.each([
  [{ address: '127.0.0.1', port: 8080, addressType: 4 }, '127.0.0.1:8080'],
  [{ address: '::1', port: 8080, addressType: 6 }, '[::1]:8080'],
  [{ address: null, port: 8080, addressType: 6 }, '*:8080'],
  [{ address: '/run/shop/web.sock', port: -1, addressType: -1 }, '/run/shop/web.sock'],
] as const)('%j is %s', (address, text) => {
  expect(placeOf(address)).toBe(text);
});

test('errors name the worker as the log does, and what it died of is harmless in them', () => {
  const cause = { name: 'Error', message: `boom${esc}]0;evil\u0007\nsecond line`, stack: '' };
  const exit = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 5, cause } as const;
  expect(exitText(exit)).toBe('exited with code 1: Error: boom\nsecond line');
  expect(new WorkerExitError(ref(), exit).message).toBe(
    'worker 1 (slot 1, pid 1001) exited with code 1: Error: boom\nsecond line',
  );
  expect(new ForkLimitError({ limit: 1, worker: ref(), why: exitText(exit), reason: 'test' }).message).toContain(
    'The last one, worker 1 (slot 1, pid 1001), exited with code 1: Error: boom\nsecond line.',
  );
  expect(new ConfigError('exec', 'expected a path, got 1').message).toBe('exec: expected a path, got 1');
});

test.each([
  ['SIGKILL', 'crash', 'was ended by SIGKILL, which this master did not send (possibly out of memory)'],
  ['SIGKILL', 'requested', 'was ended by SIGKILL'],
  ['SIGKILL', 'left', 'was ended by SIGKILL'],
  ['SIGABRT', 'crash', 'was ended by SIGABRT (possibly the heap of V8 was full)'],
  ['SIGSEGV', 'crash', 'was ended by SIGSEGV'],
] as const)('%s of a worker, %s: %s', (signal, reason, text) => {
  expect(exitText({ code: null, signal, requested: reason === 'requested', reason, uptime: 5 })).toBe(text);
});
