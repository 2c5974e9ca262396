import * as rx from 'rxjs';
import { expect, test } from 'vitest';
import * as fleet from '../../../src/fleet.js';
import { readFleet } from '../../../src/cli/fleet/readFleet.js';
import { aMember } from '../../fleet/membership/aMember.js';
import { roll } from '../../fleet/roll/records.js';
import { simulatedStore } from '../../fleet/simulatedStore.js';

const { concatMap, defer, lastValueFrom, merge, NEVER, timer } = rx;

/** A fleet with a host and a restart, in a store whose first watches of these buckets answer so late. */
const slowFleet = async (late: Readonly<Partial<Record<fleet.Bucket, number>>>) => {
  const system = simulatedStore();
  const hosts = system.host('a');
  await lastValueFrom(merge(hosts.create('members', 'a', aMember('a')), hosts.create('rolls', 'shop', roll('dd'))));
  const store = system.host('the command');
  const waits = new Map(Object.entries(late));
  const watch: fleet.FleetStore['watch'] = (bucket) =>
    defer(() => {
      const ms = waits.get(bucket) ?? 0;
      waits.delete(bucket);
      return timer(ms).pipe(concatMap(() => store.watch(bucket)));
    });
  return { name: 'prod', fleet, rx, each: () => Promise.resolve(), store: { ...store, watch, problem$: NEVER } };
};

const whole = { hosts: [expect.objectContaining({ host: 'a' })], rolls: [roll('dd')], unreadable: [] };

test('a fleet is read whole, at once or when its store is slow', async () => {
  expect(await readFleet(await slowFleet({}))).toEqual(whole);
  expect(await readFleet(await slowFleet({ members: 200 }))).toEqual(whole);
  expect(await readFleet(await slowFleet({ rolls: 200 }))).toEqual(whole);
});
