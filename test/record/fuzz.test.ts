import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { RecordingError, recordingHeader } from '../../src/record.js';
import { begin, folder, recordTo, replayed, started, worker } from './recordings.js';

const stamp = (seq: number) => ({ time: begin + seq, seq, cluster: 'web' });
const events: readonly ClusterEvent[] = Array.from({ length: 20 }, (_, at) => at * 3).flatMap((at) => [
  { type: 'fork', why: 'start', worker, ...stamp(at + 1) },
  { type: 'message', message: { cmd: 'hi', text: 'Zoë' }, worker, ...stamp(at + 2) },
  started(at + 3),
]);

/** A recording of two runs, as bytes. */
const recorded = async (): Promise<Buffer> => {
  const path = join(folder(), 'web.jsonl');
  await recordTo(path, events.slice(0, 30), { messages: true });
  await recordTo(path, events.slice(30), { messages: true });
  return readFileSync(path);
};

/** A change at a place of the file: a byte is replaced, some are removed or inserted, or the file ends there. */
type Change =
  | { readonly at: number; readonly replace: number }
  | { readonly at: number; readonly remove: number }
  | { readonly at: number; readonly insert: Uint8Array }
  | { readonly at: number; readonly end: true };

const changed = (bytes: Buffer, change: Change): Buffer => {
  const at = Math.floor(change.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  if ('end' in change) return before;
  if ('remove' in change) return Buffer.concat([before, after.subarray(change.remove)]);
  if ('insert' in change) return Buffer.concat([before, change.insert, after]);
  return Buffer.concat([before, Buffer.from([change.replace]), after.subarray(1)]);
};

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const byte = fc.integer({ min: 0, max: 255 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ at, replace: byte }),
  fc.record({ at, remove: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ at, insert: fc.uint8Array({ minLength: 1, maxLength: 50 }) }),
  fc.record({ at, end: fc.constant(true as const) }),
);

/** How many events are in whole lines before the first byte that differs. */
const intactEvents = (bytes: Buffer, other: Buffer): number => {
  const differs = bytes.findIndex((value, at) => other[at] !== value);
  const intact = differs === -1 ? bytes : bytes.subarray(0, differs);
  return intact
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{"type"')).length;
};

test('of a file that was damaged anywhere, all events before the damage are emitted, and nothing but a RecordingError comes', async () => {
  const bytes = await recorded();
  const path = join(folder(), 'web.jsonl');
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = changes.reduce(changed, bytes);
      writeFileSync(path, damaged);
      const intact = intactEvents(bytes, damaged);
      const strict = replayed(path);
      expect(strict.events.slice(0, intact)).toEqual(events.slice(0, intact));
      const { error } = strict;
      expect(error === undefined || (error instanceof RecordingError && error.events === strict.events.length)).toBe(
        true,
      );
      const reported: RecordingError[] = [];
      const tolerant = replayed(path, { onDamage: (error) => reported.push(error) });
      expect(tolerant.events.slice(0, strict.events.length)).toEqual(strict.events);
      // An empty file has no line that could be left out.
      expect([tolerant.error, reported[0]?.message]).toEqual(
        damaged.length === 0
          ? [error, undefined]
          : [undefined, error instanceof RecordingError ? error.message : error],
      );
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

test('any bytes are read, and are no recording', () => {
  const path = join(folder(), 'web.jsonl');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      writeFileSync(path, bytes);
      expect(replayed(path)).toMatchObject({ events: [], error: expect.any(RecordingError) });
      expect(() => recordingHeader(path)).toThrow(RecordingError);
    }),
    { numRuns: 300 },
  );
});
