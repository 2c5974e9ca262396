import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { forPeople, terminal } from '../../src/log/terminal.js';

const written = (options: object, say: (logger: pino.Logger) => void): string => {
  let text = '';
  say(pino(options, terminal({ write: (more) => (text += more) })));
  return stripVTControlCharacters(text);
};

test('a record is printed as time, mark and message', () => {
  const text = written({ level: 'debug' }, (logger) => {
    logger.debug('small');
    logger.info({ event: 'ready' }, 'usual');
    logger.warn('remarkable');
    logger.error('bad');
  });
  expect(text.replaceAll(/\d\d:\d\d:\d\d/g, 'time')).toBe(
    'time · small\ntime ● usual\ntime ▲ remarkable\ntime ■ bad\n',
  );
});

test('a malformed line of a worker is marked', () => {
  const worker = { id: 1, slot: 2, generation: 1, pid: 4711, cluster: 'web' };
  const { text } = forPeople({ worker, output: 'stdout' }).lines(Buffer.from('{"a":oops}\r\n{"a":1}\r\nusual\r\n'));
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.slice(9));
  const who = Buffer.from('● web slot 2 │').toString('latin1');
  expect(lines).toEqual([`${who} {"a":oops} malformed=JSON`, `${who}  a=1`, `${who} usual`, '']);
});

test('further lines of a message are aligned below the first', () => {
  const text = written({}, (logger) => logger.error({ cluster: 'web' }, 'Error: boom\n  second line'));
  expect(text.slice(9)).toBe('■ web        │ Error: boom\n           web        │   second line\n');

  const worker = { id: 11, slot: 2, generation: 1, pid: 4711, cluster: 'web' };
  const { text: said } = forPeople({ worker, output: 'stdout' }).lines(Buffer.from('{"level":30,"msg":"a\\nb"}\n'));
  const lines = stripVTControlCharacters(Buffer.from(said, 'latin1').toString()).slice(9);
  expect(lines).toBe('● web slot 2 │ a\n           web slot 2 │ b\n');
});

test('a colour that a line does not reset ends with the line', () => {
  const worker = { id: 1, slot: 2, generation: 1, pid: 4711, cluster: 'web' };
  const { text } = forPeople({ worker, output: 'stdout' }).lines(Buffer.from('\u001b[31mred\u001b]0;title\u0007\n'));
  expect(text.endsWith(' \u001b[31mred\u001b[0m\n')).toBe(true);
});

test('a record of another shape is printed unchanged', () => {
  const text = written({ messageKey: 'text', timestamp: false, base: null }, (logger) => logger.info('usual'));
  expect(text).toBe('{"level":30,"text":"usual"}\n');
});
