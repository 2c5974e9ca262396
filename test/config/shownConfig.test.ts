import { expect, test } from 'vitest';
import { shownConfig } from '../../src/config/shownConfig.js';

test('the environment is left out', () => {
  expect(shownConfig({ exec: 'worker.js', env: { A: 'hidden' } })).toEqual({ exec: 'worker.js' });
});

test.each([
  ['--token', 'hidden', ['--token', '***']],
  ['--token=hidden', 'a', ['--token=***', 'a']],
  ['--db.password=hidden', 'a', ['--db.password=***', 'a']],
  ['--password:hidden', 'a', ['--password:***', 'a']],
  ['DB_PASSWORD=hidden', 'a', ['DB_PASSWORD=***', 'a']],
  ['--secret=hidden\nhidden', 'a', ['--secret=***', 'a']],
  ['-pass', 'hidden', ['-pass', '***']],
  ['postgres://shop:hidden@db/shop', 'a', ['postgres://***@db/shop', 'a']],
  ['--db=postgres://shop:hidden@db/shop', 'a', ['--db=postgres://***@db/shop', 'a']],
  ['https://log.example/?api_key=hidden&v=1', 'a', ['https://log.example/?api_key=***&v=1', 'a']],
  ['https://log.example/?monkey=1', 'https://a/?keys', ['https://log.example/?monkey=1', 'https://a/?keys']],
  ['token', 'visible', ['token', 'visible']],
  ['--port=80', 'a:b=c', ['--port=80', 'a:b=c']],
  ['https://shop.example/@me', 'a', ['https://shop.example/@me', 'a']],
])('of the arguments %s and %s secrets are masked', (first, second, args) => {
  expect(shownConfig({ args: [first, second], execArgv: [first, second] })).toEqual({ args, execArgv: args });
});

test('secrets in options of a log or of a server are masked, however deep', () => {
  const shown = shownConfig({
    exec: new URL('file:///srv/worker.js'),
    log: {
      transport: { target: 't', options: { auth: { user: 'u', pass: 'hidden' }, node: 'http://u:hidden@log:9200' } },
    },
    control: { port: 0, token: 'hidden' },
  });
  expect(shown).toEqual({
    exec: 'file:///srv/worker.js',
    log: { transport: { target: 't', options: { auth: { user: 'u', pass: '***' }, node: 'http://***@log:9200' } } },
    control: { port: 0, token: '***' },
  });
});
