import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playedEvents } from '../../src/cli/playedEvents.js';
import { fresh } from '../process/harness.js';

const header = JSON.stringify({ recording: 1, format: 1, version: '2.0.0', time: 0, pid: 1, config: {} });
const online = JSON.stringify({
  type: 'online',
  time: 1,
  seq: 1,
  cluster: 'web',
  worker: { id: 1, slot: 1, generation: 1, cluster: 'web' },
});

test('a recording that does not exist, is none or has no events is an error that says so', async () => {
  const folder = fresh({ 'foreign.jsonl': '{}\n', 'none.jsonl': `${header}\n` });
  await expect(playedEvents(join(folder, 'nosuch.jsonl'))).rejects.toThrow(/nosuch\.jsonl: there is no such file/);
  await expect(playedEvents(join(folder, 'foreign.jsonl'))).rejects.toThrow(/foreign\.jsonl, line 1: is no header/);
  await expect(playedEvents(join(folder, 'none.jsonl'))).rejects.toThrow(/expected a recording with events/);
});

test('of a damaged recording the events that can be read are played', async () => {
  const folder = fresh({ 'damaged.jsonl': `${header}\n${online}\nnonsense\n` });
  const { events, damage } = await playedEvents(join(folder, 'damaged.jsonl'));
  expect(events).toMatchObject([{ type: 'online' }]);
  expect(damage?.message).toMatch(/line 3/);
});
