import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordingHeader } from '../../src/record.js';
import { program, workers } from '../process/harness.js';
import { replayed } from '../record/recordings.js';
import { cli, placeWith } from './proteus.js';

const typesIn = (path: string) => replayed(path).events.map(({ type }) => type);

test('record writes what happens until Ctrl-C, says how many events, and the file has the options', async () => {
  const { folder, proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1', '--', '--token=1234');
  const path = join(folder, 'own.jsonl');
  const recording = begin('record', 'web', '-o', 'own.jsonl');
  await recording.printed(/^recording web \(pid \d+\) to own\.jsonl\. Ctrl-C ends it\n/);
  // The request for the events is on its way then; each restart makes more of them.
  await expect
    .poll(
      async () => {
        await proteus('restart');
        return typesIn(path);
      },
      { timeout: 50_000 },
    )
    .toContain('restart-end');
  recording.signal('SIGINT');
  expect(await recording.ended()).toEqual({ code: 0, signal: null });
  const { events, error } = replayed(path);
  expect(error).toBeUndefined();
  expect(recording.output).toContain(`own.jsonl: ${events.length} events\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(recordingHeader(path).config).toMatchObject({ web: { exec: 'web.mjs', worker: 1, args: ['--token=***'] } });
  expect(readFileSync(path, 'utf8')).not.toContain('1234');
});

test('where events could not be written the exit code is 1, also at Ctrl-C', async () => {
  const { folder, proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const path = join(folder, 'web.jsonl');
  const recording = begin('record', '--last', '1h', '-f');
  await recording.printed(/recording web/);
  await expect.poll(() => typesIn(path)).toContain('started');
  rmSync(path);
  await proteus('restart');
  await recording.printed(/web\.jsonl was removed/);
  recording.signal('SIGINT');
  expect(await recording.ended()).toEqual({ code: 1, signal: null });
});

test('where the last events could not be written the exit code is 1', async () => {
  const { folder, env, proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const noRoom = `ulimit -f 0; exec "$0" "$@"`;
  const args = [cli, 'record', '--last', '1h'];
  const recording = program(folder, 'sh', ['-c', noRoom, process.execPath, ...args], { env });
  expect(await recording.ended()).toEqual({ code: 1, signal: null });
  expect(recording.output).toContain('web.jsonl');
  expect(await proteus('record', '--last', '1h')).toMatchObject({ code: 0 });
});

test('record --last writes what the master has kept of that time, and ends; a recording is continued', async () => {
  const { folder, proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const path = join(folder, 'web.jsonl');
  const { code, out, err } = await proteus('record', '--last', '1h');
  const count = typesIn(path).length;
  expect({ code, out, err }).toEqual({ code: 0, out: `web.jsonl: ${count} events\n`, err: '' });
  expect(typesIn(path)).toEqual(expect.arrayContaining(['fork', 'started']));
  expect(await proteus('record', 'web', '--last', '1h')).toMatchObject({ code: 0 });
  // Another event may have come meanwhile.
  const again = replayed(path).events.slice(count);
  expect(again.map(({ seq }) => seq)).toEqual(again.map((_, at) => at + 1));
  expect(again.length).toBeGreaterThanOrEqual(count);
  const { out: later } = await proteus('record', '--last', '1s', '-o', 'later.jsonl');
  expect(later).toMatch(/^later\.jsonl: \d+ events?\n$/);
});

test('record -f goes on after the events that are kept, and ends with the master', async () => {
  const { folder, master, begin } = placeWith({ 'web.mjs': workers.http });
  const running = await master('web.mjs', '-w', '1');
  const recording = begin('record', '--last', '1h', '-f');
  await recording.printed(/recording web/);
  await expect.poll(() => typesIn(join(folder, 'web.jsonl')), { timeout: 30_000 }).toContain('started');
  running.signal('SIGTERM');
  expect(await recording.ended()).toEqual({ code: 0, signal: null });
  const { events, error } = replayed(join(folder, 'web.jsonl'));
  expect(error).toBeUndefined();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  expect(events.at(-1)?.type).toBe('end');
});

test('what is wrong is said, and no other file is touched', async () => {
  const { folder, proteus, master } = placeWith({ 'web.mjs': workers.http });
  expect(await proteus('record')).toMatchObject({ code: 3 });
  await master('web.mjs', '-w', '1');
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  expect(await proteus('record', '-o', 'mine.txt')).toEqual({
    code: 1,
    out: '',
    err: `proteus: recording: ${join(folder, 'mine.txt')}: cannot be written: it exists and is no recording, and is left as it is. Name another file\n`,
  });
  expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
  for (const [options, what] of [
    [['--last', 'soon'], '--last: expected a time such as 90s, 5m or 2h, got soon'],
    [['--size', 'big'], 'size: expected bytes or a text such as \'16M\', at least 64K, got "big"'],
    [['web', 'more'], 'record: expected [target], got web more'],
    [['x.jsonl'], 'expected a cluster or a master, got x.jsonl. To record to this file: -o x.jsonl'],
  ] as const)
    // oxlint-disable-next-line no-await-in-loop
    expect(await proteus('record', ...options)).toEqual({
      code: 2,
      out: '',
      err: `proteus: ${what}\nSee: proteus record --help\n`,
    });
});

test('start --record records the master itself, and has its last events after a SIGKILL', async () => {
  const { folder, proteus, master } = placeWith({
    'web.mjs': workers.http,
    'proteus.config.js': `export default { services: { web: { exec: 'web.mjs', worker: 1 } } };`,
  });
  const running = await master('--record', 'web.jsonl');
  await proteus('restart');
  const path = join(folder, 'web.jsonl');
  await expect.poll(() => typesIn(path), { timeout: 30_000 }).toContain('restart-end');
  running.signal('SIGKILL');
  await running.ended();
  expect(typesIn(path)).toEqual(expect.arrayContaining(['started', 'restart', 'restart-end']));
  expect(recordingHeader(path).config).toMatchObject({ web: { worker: 1 } });
});
