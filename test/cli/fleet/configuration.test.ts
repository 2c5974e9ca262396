import { expect, test } from 'vitest';
import { placeWith } from '../proteus.js';

test('the fleet is that of the configuration, or what is missing is said', async () => {
  const { proteus } = placeWith({
    'without/proteus.config.mjs': `export default { exec: 'shop.mjs' };`,
    'without/shop.mjs': '',
    'with/proteus.config.mjs': `export default { exec: 'shop.mjs', fleet: { servers: '127.0.0.1:1', name: 'prod' } };`,
    'with/shop.mjs': '',
  });
  expect(await proteus('fleet', 'ls')).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected --servers and --fleet, or a configuration with the option fleet'),
  });
  expect(await proteus('fleet', 'ls', '--config', 'without/proteus.config.mjs')).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected the option fleet, got none'),
  });
  // A port that nobody listens on.
  expect(await proteus('fleet', 'ls', '--config', 'with/proteus.config.mjs')).toMatchObject({
    code: 1,
    err: expect.stringContaining('127.0.0.1:1 does not answer'),
  });
});
