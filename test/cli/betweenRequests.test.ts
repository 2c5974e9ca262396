import { join } from 'node:path';
import { expect, test } from 'vitest';
import { events } from '../../src/cli/commands/events.js';
import { marbles } from '../../src/cli/commands/marbles.js';
import { record } from '../../src/cli/commands/record.js';
import { fresh } from '../process/harness.js';
import { eventLine, fakeMaster, ran } from './fakeMaster.js';

const newRecording = () => join(fresh({}), 'web.jsonl');
const following = { follow: true } as const;

/** A master with these events when the first request is answered, and one more when the second is. */
const withOneMore = (before: readonly object[], one: object) =>
  fakeMaster({
    events: (nth, query) => {
      if (nth === 0) return before;
      return nth === 1 ? (query.get('last') === '0' ? [] : [one]) : undefined;
    },
  });

const endsAfterFirst = () => fakeMaster({ events: (nth) => (nth === 0 ? [eventLine(1)] : undefined) });

test('a master that ends between two requests has ended, and that is no failure for what follows it', async () => {
  const output = newRecording();
  await endsAfterFirst();
  expect(await ran(record, [], { ...following, last: '1h', output })).toMatchObject({
    code: 0,
    out: `${output}: 1 event\n`,
  });
  await endsAfterFirst();
  expect(await ran(events, [], following)).toMatchObject({
    code: 0,
    out: expect.stringContaining('event 1'),
    err: `web (pid ${process.pid}) has ended\n`,
  });
});

test('a master that has ended is a failure for what is read at once', async () => {
  await fakeMaster({ events: () => undefined });
  await expect(ran(record, [], { last: '1h', output: newRecording() })).rejects.toMatchObject({ code: 'unreachable' });
  await fakeMaster({ events: () => undefined, last: '/v1/status' });
  await expect(ran(marbles, [], {})).rejects.toMatchObject({ code: 'unreachable' });
});

test('events that are not kept any more are told once', async () => {
  const gap = { gap: { from: 6, to: 99 } };
  await fakeMaster({
    events: (nth, query) => {
      if (nth > 1) return undefined;
      return query.get('since') === '5' ? [gap] : [];
    },
  });
  expect(await ran(events, [], { ...following, since: '5', type: 'exit' })).toMatchObject({
    err: `The events 6 to 99 are not kept any more.\nweb (pid ${process.pid}) has ended\n`,
  });
});

test('where nothing was kept or fitted, events that come before the next request are not lost', async () => {
  const output = newRecording();
  await withOneMore([], eventLine(1));
  expect(await ran(record, [], { ...following, last: '1h', output })).toMatchObject({ out: `${output}: 1 event\n` });
  await withOneMore([], eventLine(7));
  expect(await ran(events, [], { ...following, type: 'started' })).toMatchObject({
    out: expect.stringContaining('event 7'),
  });
  await withOneMore([], eventLine(1));
  expect(await ran(marbles, [], following)).toMatchObject({ out: expect.stringContaining('web') });
});

/** What `record --last 1h` says of a master whose first event is this one. */
const messageOf = async (line: object, words: readonly string[]) => {
  await fakeMaster({ events: () => [line] });
  return (await ran(record, words, { last: '1h', output: newRecording() })).err;
};

test('record says that the master does not keep all of the time, and not where its cluster began later', async () => {
  const kept = /^the master keeps only the events since \d\d:\d\d:\d\d\n$/;
  expect(await messageOf(eventLine(5, { seq: 1 }), [])).toMatch(kept);
  expect(await messageOf(eventLine(5, { seq: 3 }), ['web'])).toMatch(kept);
  expect(await messageOf(eventLine(5, { seq: 1 }), ['web'])).toBe('');
  expect(await messageOf(eventLine(1), [])).toBe('');
  expect(await messageOf(eventLine(5, { time: 0 }), [])).toMatch(kept);
});
