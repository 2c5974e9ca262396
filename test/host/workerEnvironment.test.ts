import { expect, test } from 'vitest';
import { workerEnvironment } from '../../src/host/workerEnvironment.js';

test('a worker learns its cluster, slot and generation, and the process that it belongs to', () => {
  expect(workerEnvironment({ cluster: 'web', slot: 3, generation: 2 })).toEqual({
    defaults: { NODE_APP_INSTANCE: '2' },
    fixed: {
      PROTEUS_CLUSTER_NAME: 'web',
      PROTEUS_CLUSTER_SLOT: '3',
      PROTEUS_CLUSTER_GENERATION: '2',
      PROTEUS_CLUSTER_MASTER: String(process.pid),
    },
  });
});

test('a process that is in no slot yet has no instance number', () => {
  const { defaults, fixed } = workerEnvironment({ cluster: 'web', slot: 0, generation: 0 });
  expect(defaults).toEqual({ NODE_APP_INSTANCE: undefined });
  expect(fixed).toMatchObject({ PROTEUS_CLUSTER_SLOT: '0', PROTEUS_CLUSTER_GENERATION: '0' });
});
