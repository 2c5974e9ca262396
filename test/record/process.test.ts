import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { fresh, imports, master, program, type Program, type Told, workers, write } from '../process/harness.js';
import { RecordingError, recordingHeader } from '../../src/record.js';
import { replayed, seqs } from './recordings.js';

// On a busy machine the processes take their time.
vi.setConfig({ testTimeout: 90_000 });

/** Records all events and tells them, and emits so many error events every few ms from when the test asks for them. */
const recorder = (more = '') => `
import { record } from 'proteus-cluster/record';
import { setTimeout } from 'node:timers/promises';
proteus.events$.pipe(record('web.jsonl')).subscribe();
can.flood = async (events) => {
  for (;;) {
    for (let count = 0; count < events; count += 1) proteus.reportError(new Error('x'.repeat(100)));
    await setTimeout(5);
  }
};
${more}
run({ name: 'web', worker: 1, exec: 'worker.mjs', args: ['--token=1234'], env: { KEY: 'hidden' } });
`;

const recorded = (folder: string) => replayed(join(folder, 'web.jsonl'));

/** The events that a master has told, without what the prelude adds. */
const eventsOf = ({ told }: Program): readonly Told[] => told.filter(({ seq }) => seq !== undefined);

test('a master that is killed loses only the events of its last second', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const running = master(folder, recorder());
  await running.event('started');
  // So few that they are not written at once because of their length.
  void running.call('flood', 1).catch(() => {});
  await expect.poll(() => eventsOf(running).length, { timeout: 60_000 }).toBeGreaterThan(250);
  running.signal('SIGKILL');
  await running.ended();
  const told = eventsOf(running);
  const { events, error } = recorded(folder);
  // A write that was in progress may have been cut off.
  expect([undefined, 'truncated']).toContain(error instanceof RecordingError ? error.problem : error);
  expect(seqs(events)).toEqual(told.slice(0, events.length).map(({ seq }) => seq));
  const last = told.at(-1)?.time ?? 0;
  expect(told.slice(events.length).filter(({ time = 0 }) => time < last - 1_000)).toEqual([]);
  expect(events.length).toBeGreaterThan(100);
  expect(statSync(join(folder, 'web.jsonl')).mode & 0o777).toBe(0o600);
});

test('the master that follows continues the recording, and its header has the options', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const killed = master(folder, recorder());
  await killed.event('started');
  await expect
    .poll(() => recorded(folder).events.some(({ type }) => type === 'started'), { timeout: 30_000 })
    .toBe(true);
  killed.signal('SIGKILL');
  await killed.ended();
  const running = master(folder, recorder());
  await running.event('started');
  running.signal('SIGTERM');
  await running.ended();
  const { events, error } = recorded(folder);
  expect(error).toBeUndefined();
  expect(events.filter(({ type }) => type === 'started')).toHaveLength(2);
  const { config, pid } = recordingHeader(join(folder, 'web.jsonl'));
  expect(pid).toBe(running.pid);
  expect(config).toEqual({
    web: expect.objectContaining({ name: 'web', worker: 1, exec: 'worker.mjs', args: ['--token=***'] }),
  });
  expect(JSON.stringify(config)).not.toContain('hidden');
});

test.for([
  ['SIGTERM', '', 'SIGTERM'],
  ['process.exit()', 'can.leave = () => { proteus.reportError("last"); process.exit(3); };', 'leave'],
  [
    'an uncaught error',
    'can.leave = () => { proteus.reportError("last"); setImmediate(() => { throw new Error(); }); };',
    'leave',
  ],
] as const)('on %s the recording has all events', async ([, more, how]) => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const running = master(folder, recorder(more));
  await running.event('started');
  if (how === 'SIGTERM') running.signal('SIGTERM');
  else void running.call(how).catch(() => {});
  await running.ended();
  const { events, error } = recorded(folder);
  expect(error).toBeUndefined();
  expect(seqs(events)).toEqual(eventsOf(running).map(({ seq }) => seq));
  expect(events.at(-1)?.type).toBe(how === 'SIGTERM' ? 'end' : 'error');
});

test('a full disk does not harm the master, is reported, and leaves what was written before', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  write(folder, { 'master.mjs': `${imports}\n${recorder()}` });
  // No file may be longer than 64 kB.
  const running = program(folder, 'bash', ['-c', `ulimit -f 64; exec ${process.execPath} master.mjs`]);
  await running.event('started');
  void running.call('flood', 10).catch(() => {});
  const { error } = await running.event(({ error }) => error?.message.startsWith('recording: ') === true);
  expect(error?.message).toContain(`recording: ${join(folder, 'web.jsonl')}: EFBIG`);
  const before = eventsOf(running).length;
  await expect.poll(() => eventsOf(running).length, { timeout: 60_000 }).toBeGreaterThan(before + 500);
  running.signal('SIGTERM');
  await running.event('completed');
  const reports = running.past('error').filter((told) => told.error?.message.includes('EFBIG'));
  expect(reports.length).toBeLessThan(4);
  const { events } = recorded(folder);
  expect(events.length).toBeGreaterThan(100);
  expect(seqs(events)).toEqual(
    eventsOf(running)
      .slice(0, events.length)
      .map(({ seq }) => seq),
  );
});
