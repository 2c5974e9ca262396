import { filter, firstValueFrom, switchMap } from 'rxjs';
import { expect, test } from 'vitest';
import { natsStore } from '../../src/fleet/store/natsStore.js';
import { placeWith } from '../cli/proteus.js';
import { natsServer } from './natsServer.js';

test('buckets with other replicas than the configuration are a warning: a command goes on', async () => {
  const { address } = await natsServer();
  // It creates the buckets.
  await firstValueFrom(
    natsStore({ servers: address, name: 'prod' }).pipe(switchMap((store) => store.reachable$.pipe(filter(Boolean)))),
  );
  const { proteus } = placeWith({
    'proteus.config.mjs': `export default { exec: 'shop.mjs', fleet: { servers: '${address}', name: 'prod', replicas: 3 } };`,
    'shop.mjs': '',
  });
  expect(await proteus('fleet', 'ls')).toEqual({
    code: 0,
    out: 'No host is in the fleet prod.\n',
    err: expect.stringMatching(
      /^! fleet\.replicas: expected 3, but the buckets of this fleet were created with 1\..*\n$/,
    ),
  });
});
