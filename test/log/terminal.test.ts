import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { terminal } from '../../src/log/terminal.js';

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

test('a record whose shape somebody changed is passed on as it is', () => {
  const text = written({ messageKey: 'text', timestamp: false, base: null }, (logger) => logger.info('usual'));
  expect(text).toBe('{"level":30,"text":"usual"}\n');
});
