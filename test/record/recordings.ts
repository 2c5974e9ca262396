import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { openRecording, type RecordOptions, replay, type ReplayOptions } from '../../src/record.js';

/** A folder that is removed after the test. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'proteus-record-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** When the first event was recorded. */
export const begin = 1_700_000_000_000;

/** An event of the cluster `web`, so many ms after the first. */
export const started = (seq: number, ms = seq): ClusterEvent => ({
  type: 'started',
  workers: 2,
  after: ms,
  time: begin + ms,
  seq,
  cluster: 'web',
});

export const worker = { id: 1, slot: 1, generation: 1, pid: 4711, cluster: 'web' } as const;

/** The lines of a file. */
export const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

/** Waits until the last line of a file contains the text. */
export const endsWith = (path: string, text: string): Promise<void> =>
  vi.waitFor(
    () => {
      if (!linesOf(path).at(-1)?.includes(text)) throw new Error(`${path} does not end with ${text}`);
    },
    { timeout: 20_000, interval: 5 },
  );

/** Writes events to a recording, and waits until the last one is in the file. */
export const recordTo = async (
  path: string,
  events: readonly ClusterEvent[],
  options: RecordOptions = {},
): Promise<void> => {
  const failures: Error[] = [];
  const recording = openRecording(path, { report: (error) => failures.push(error), ...options });
  for (const event of events) recording.add(event);
  recording.close();
  const { seq } = events.at(-1) ?? { seq: 0 };
  await endsWith(path, `"seq":${seq},`);
  if (failures[0] !== undefined) throw failures[0];
};

/** The events that were replayed, and the error if there was one. */
export const replayed = (
  path: string,
  options: ReplayOptions = {},
): { readonly events: readonly ClusterEvent[]; readonly error?: unknown } => {
  const events: ClusterEvent[] = [];
  let failure: { readonly error: unknown } | undefined;
  replay(path, options).subscribe({
    next: (event) => events.push(event),
    error: (error: unknown) => (failure = { error }),
  });
  return { events, ...failure };
};

export const seqs = (events: readonly ClusterEvent[]): readonly number[] => events.map(({ seq }) => seq);
