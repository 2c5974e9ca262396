import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { shownConfig } from '../../src/config/shownConfig.js';
import { replayedDecisions } from '../../src/reproduce/replay.js';
import { reproduceRecording } from '../../src/reproduce/reproduceRecording.js';
import { type Config, simulate } from '../../src/testing.js';

const options: Config = { worker: 2, maxStartAttempts: Infinity, backoff: { initial: 200, jitter: 0 } };
const begin = 1_764_262_937_000;

/** A recording of a simulated cluster whose second worker crashes after 2 s. */
const written = (config: Readonly<Record<string, object>> = { cluster: options }): string => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'web.jsonl');
  const header = { recording: 1, format: 1, version: '2.0.0', time: begin, pid: 4711, config: shown(config) };
  writeFileSync(path, [header, ...crashing()].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
};

const shown = (config: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(config).map(([name, given]) => [name, shownConfig(given)]));

const crashing = (): readonly ClusterEvent[] =>
  simulate(
    { ...options, name: 'cluster' },
    { duration: 10_000, workers: [{ online: 30 }, { online: 31, crashes: { after: 2_000 } }] },
  ).events.map((event) => Object.assign({}, event, { time: event.time + begin }));

test('a recording has the options, infinite ones too', () => {
  const { cluster, config, script, decisions } = reproduceRecording(written());
  expect(cluster).toBe('cluster');
  expect(config).toEqual({ worker: 2, maxStartAttempts: Infinity, backoff: { initial: 200, jitter: 0 } });
  expect(decisions['slot 2']).toContain('respawn in 200 ms, 1 of 100 spent');
  expect(replayedDecisions(config, script)).toEqual(decisions);
});

test('a part of it begins and ends where it is asked to', () => {
  const { script, decisions } = reproduceRecording(written(), { from: begin + 1_900, to: new Date(begin + 2_100) });
  expect(decisions).toEqual({ 'slot 2': ['left early: code 1', 'respawn in 200 ms, 1 of 100 spent'] });
  expect(replayedDecisions(options, script)).toEqual(decisions);
});

test('without the options that the cluster ran with, there is one error, which says how to give them', () => {
  const missing = /^config: the recording does not have the options of the cluster 'cluster'\. Give .*--config/;
  expect(() => reproduceRecording(written({}))).toThrow(missing);
  expect(reproduceRecording(written({}), { config: { worker: 2 } }).config).toEqual({ worker: 2 });
  const withFunction = written({ cluster: { ...options, respawn: () => {} } });
  expect(() => reproduceRecording(withFunction)).toThrow(
    /^config\.respawn: it is a function, which a recording does not have\. Give .*--config/,
  );
});

test('what is damaged is left out, and said', () => {
  const path = written();
  appendFileSync(path, 'no event\n{"time":');
  const { assumptions, decisions } = reproduceRecording(path);
  expect(assumptions[0]).toMatch(/^recording: .*web\.jsonl, line \d+: /);
  expect(decisions['slot 2']).toContain('fork (start)');
  expect(() => reproduceRecording(join(path, 'nothing'))).toThrow(/^recording: /);
  writeFileSync(path, 'no recording\n');
  expect(() => reproduceRecording(path)).toThrow(/^recording: .*, line 1: /);
});
