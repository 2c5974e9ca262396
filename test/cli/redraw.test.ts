import { expect, test } from 'vitest';
import { redraw } from '../../src/cli/redraw.js';

/** What is written for texts, one after the other, without the switches that keep the terminal from breaking lines. */
const written = (texts: readonly string[], { width = 80, height = 24 } = {}): readonly string[] => {
  const all: string[] = [];
  const draw = redraw({ out: (text) => all.push(text), width, height });
  texts.forEach(draw);
  return all.map((text) => text.replace('\u001B[?7l', '').replace('\u001B[?7h', ''));
};

test('a text is drawn in place of the one before, as far as the terminal is high', () => {
  expect(written(['one\ntwo\nthree', 'four'], { height: 3 })).toEqual(['one\ntwo\n', '\u001B[2A\u001B[Jfour\n']);
});

test('a line that is too long for the terminal continues in the next one, and all of them are replaced', () => {
  const [red, plain] = ['\u001B[31m', '\u001B[39m'];
  const text = `${red}!${plain} 12345678901\n\n${red}full${plain}`;
  expect(written([text, text], { width: 4 })).toEqual([
    `${red}!${plain} 12\n3456\n7890\n1\n\n${red}full${plain}\n`,
    `\u001B[6A\u001B[J${red}!${plain} 12\n3456\n7890\n1\n\n${red}full${plain}\n`,
  ]);
  expect(written([text, text], { width: 4, height: 3 })).toEqual([
    `${red}!${plain} 12\n3456\u001B[0m\n`,
    `\u001B[2A\u001B[J${red}!${plain} 12\n3456\u001B[0m\n`,
  ]);
});

test('a colour that ends below what is shown does not stay', () => {
  expect(written(['\u001B[31m123456\u001B[39m'], { width: 4, height: 2 })).toEqual(['\u001B[31m1234\u001B[0m\n']);
});

test('the terminal breaks no line itself, so that one with wide characters takes one row too', () => {
  let all = '';
  redraw({ out: (text) => (all += text), width: 4, height: 24 })('工作进程');
  expect(all).toBe('\u001B[?7l工作进程\u001B[?7h\n');
});
