import { expect, test } from 'vitest';
import { fresh, program } from '../process/harness.js';
import { snippetsOf } from './pages.js';

const snippets = snippetsOf('docs/testing-your-policy.md');

/** Each program of the page, and what the page says that it prints. A test runner prints more. */
const programs = snippets.flatMap(({ at, language, code }, index) => {
  const next = snippets[index + 1];
  const isPrinting = code.includes('console.log') && next?.language === 'text';
  const printed = isPrinting ? next.code : '';
  return language === 'js' ? [{ at, code, printed: code.includes('node:test') ? expect.any(String) : printed }] : [];
});

test('the page has programs, and says what some of them print', () => {
  expect(programs.length).toBeGreaterThan(6);
  expect(programs.filter(({ printed }) => typeof printed === 'string' && printed !== '')).toHaveLength(4);
});

test.for(programs)('the program at $at prints what the page says', { timeout: 60_000 }, async ({ code, printed }) => {
  const running = program(fresh({ 'main.mjs': code }), process.execPath, ['main.mjs']);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toEqual(printed);
});
