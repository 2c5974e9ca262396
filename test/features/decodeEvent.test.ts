import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestScheduler } from 'rxjs/testing';
import { decodeEvent, eventSchemas } from '../../src/features/decodeEvent.js';
import { eventTypes } from '../../src/features/eventTypes.js';
import type { ClusterEvent } from '../../src/features/index.js';
import { rehearse } from '../../src/testing/rehearse.js';
import { simulatedHost } from '../../src/testing/simulatedHost.js';

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The events of a master whose workers crash, send messages that JSON cannot represent, cannot be started, or are slow to leave. */
const played = (): readonly ClusterEvent[] => {
  const events: ClusterEvent[] = [];
  new TestScheduler(expect.unreachable).run(() => {
    const host = simulatedHost({
      behave: (_, fork) =>
        fork === 2
          ? { crashes: { after: 9, message: 'boom' }, says: [{ after: 4, messages: [new Map([['a', 1n]]), NaN] }] }
          : fork === 3
            ? { spawns: false }
            : {
                leaves: 40,
                says: [{ after: 5, messages: ['one', { two: 2 }] }],
                ...(fork === 4 && { terminated: 30 }),
              },
    });
    const config = {
      worker: 2,
      maxForkCount: Infinity,
      disconnectTimeout: 30,
      minReadyTime: 2,
      minUptime: 20,
    };
    rehearse(host, { ...config, backoff: { initial: Infinity, max: Infinity } }).subscribe((event) =>
      events.push(event),
    );
    rehearse(host, config).subscribe((event) => {
      events.push(event);
      if (event.type === 'stable' && event.worker.slot === 2) host.raise('SIGUSR2');
      if (event.type === 'restart-end') host.raise('SIGINT');
      if (event.type === 'restart-abort') host.raise('SIGINT');
    });
  });
  return events;
};

describe('events of a run', () => {
  const events = played();

  test('are the same after JSON, and are read as they were', () => {
    for (const event of events) {
      expect(through(event)).toStrictEqual(event);
      expect(decodeEvent(through(event))).toStrictEqual(event);
    }
    const types = new Set(events.map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(['exit', 'backoff', 'message', 'error', 'started']));
  });

  test('are read also with fields that are not known, which are left out', () => {
    for (const event of events) expect(decodeEvent({ ...event, later: { version: 2 } })).toStrictEqual(event);
  });

  test('are not read without a field that they must have', () => {
    for (const event of events) {
      const { seq, ...rest } = event;
      expect(decodeEvent(rest)).toBeUndefined();
      expect(decodeEvent({ ...event, time: 'now' })).toBeUndefined();
    }
  });
});

test('every type of event has a schema', () => {
  expect(Object.keys(eventSchemas).toSorted()).toEqual(eventTypes.toSorted());
});

test('whatever is read, nothing is thrown, and what is an event is plain data', () => {
  const type = fc.constantFrom(...eventTypes);
  const keys = [...new Set(Object.values(eventSchemas).flatMap(({ fields }) => Object.keys(fields)))];
  const key = fc.constantFrom('id', 'slot', 'name', 'message', 'stack', 'cause', 'address', 'port', ...keys);
  const value = fc.anything({ key });
  const stamp = fc.record({ type, time: fc.integer(), seq: fc.nat(), cluster: fc.string() });
  const likely = fc.tuple(fc.dictionary(key, value), stamp).map((parts): object => Object.assign({}, ...parts));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), likely), (candidate) => {
      const event = decodeEvent(candidate);
      return event === undefined || event.type === 'message' || isDeepStrictEqual(through(event), event);
    }),
  );
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
      has: () => {
        throw new Error('no');
      },
    },
  );
  expect(decodeEvent(hostile)).toBeUndefined();
});
