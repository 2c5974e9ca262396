import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { forPeople, terminal } from '../../src/log/terminal.js';

const written = (options: object, say: (logger: pino.Logger) => void): string => {
  let text = '';
  say(pino(options, terminal({ write: (more) => (text += more) })));
  return stripVTControlCharacters(text);
};

test('a record is a line for a person: time, mark, sentence', () => {
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

test('of a line of a worker it says what is wrong with it', () => {
  const worker = { id: 1, slot: 2, generation: 1, pid: 4711, cluster: 'web' };
  const { text } = forPeople({ worker, output: 'stdout' }).lines(Buffer.from('{"a":oops}\r\n{"a":1}\r\nusual\r\n'));
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.slice(9));
  const who = Buffer.from('● web 2 │').toString('latin1');
  expect(lines).toEqual([`${who} {"a":oops} malformed=JSON`, `${who}  a=1`, `${who} usual`, '']);
});

test('a record whose shape somebody changed is passed on as it is', () => {
  const text = written({ messageKey: 'text', timestamp: false, base: null }, (logger) => logger.info('usual'));
  expect(text).toBe('{"level":30,"text":"usual"}\n');
});
