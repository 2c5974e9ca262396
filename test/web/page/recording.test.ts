import { expect, test } from 'vitest';
import { embed, readRecording, recordingOf, watchedAt } from '../../../src/web/page/recording/recording.js';
import { nothingWatched, watch } from '../../../src/web/page/watched/watched.js';
import { eventLines, recordLine, sampleLine, statusLine, workerAt } from './lines.js';

const events = eventLines([
  { type: 'fork', worker: workerAt(1), why: 'start' },
  { type: 'ready', worker: workerAt(1), why: "sent 'ready'" },
  {
    type: 'exit',
    worker: workerAt(1),
    code: 1,
    signal: null,
    requested: false,
    reason: 'crash',
    uptime: 20,
  },
]);

const seen = () =>
  watch(nothingWatched, [
    statusLine(0),
    ...events,
    sampleLine({ time: 5_000 }),
    sampleLine({ time: 6_000, cpu: 100 }),
    sampleLine({ time: 10_000, cpu: 500 }),
    recordLine('early', 5),
    recordLine('late', 9_000),
  ]);

test('at its end a recording shows what the page has shown, and before what was known then', () => {
  const watched = seen();
  const recording = recordingOf(watched);
  if (recording === undefined) throw new Error('there is no recording');
  expect([recording.from, recording.to]).toEqual([0, 10_000]);
  const end = watchedAt(recording, recording.to);
  expect(end.clusters).toEqual(watched.clusters);
  expect(end.lives).toEqual(watched.lives);
  expect(end.marks).toEqual(watched.marks);
  expect(end.records).toEqual(watched.records);
  const before = watchedAt(recording, 25);
  expect(before.clusters[0]).toMatchObject({ crashes: 0, ready: 1 });
  expect(before.marks.map(({ sign }) => sign).join('')).toBe('fr');
  expect(before.records.map(({ record }) => record.msg)).toEqual(['early']);
  expect(before.series.get('shop')?.points).toEqual([]);
});

test('nothing in a recording can end the script element that it is in', () => {
  const watched = watch(seen(), [recordLine('</script><script>alert(1)</script><!--')]);
  const recording = recordingOf(watched);
  if (recording === undefined) throw new Error('there is no recording');
  const text = embed(recording);
  expect(text).not.toContain('<');
  expect(readRecording(text)).toEqual(JSON.parse(JSON.stringify(recording)));
});

test('what is no recording is none', () => {
  for (const text of ['', 'null', '{}', '[]', '{"format":2,"lines":[]}', '{"format":1}', '{"half'])
    expect([text, readRecording(text)]).toEqual([text, undefined]);
  expect(recordingOf(nothingWatched)).toBeUndefined();
});
