import { createRequire } from 'node:module';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { trace } from '../../src/otel.js';
import { loadApi } from '../../src/otel/api.js';
import { rollTrace } from '../../src/otel/rollTrace.js';
import { rehearse, simulatedHost, type WorkerBehaviour } from '../../src/testing.js';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import { marbles } from '../marbles.js';
import { type ExportedSpan, memoryTracer } from './sdk.js';

const restart: ClusterCommand = { type: 'restart', request: 'r1', why: 'asked' };
const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;

/** Each span below its parent, with the times from the first one on. */
const tree = (spans: readonly ExportedSpan[]): readonly string[] => {
  const origin = Math.min(...spans.map(({ startTime }) => ms(startTime)));
  const lines: string[] = [];
  const draw = (parent: string | undefined, indent: string): void => {
    const children = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent);
    for (const span of children.toSorted((one, other) => ms(one.startTime) - ms(other.startTime))) {
      const slot = span.attributes['proteus_cluster.slot'];
      const name = `${span.name.replace('proteus_cluster ', '')}${typeof slot === 'number' ? ` ${slot}` : ''}`;
      const events = span.events.map((event) => event.name).join(' ');
      const { code, message = '' } = span.status;
      const times = `${ms(span.startTime) - origin}-${ms(span.endTime) - origin}`;
      lines.push(`${indent}${name} ${times} [${events}] ${code} ${message}`.trimEnd());
      draw(span.spanContext().spanId, `${indent}  `);
    }
  };
  draw(undefined, '');
  return lines;
};

type Picture = Parameters<typeof marbles>[1];

/** The spans of a simulated cluster of two workers that is restarted after 20 ms and stopped after 60. */
const traced =
  (behave: (fork: number) => WorkerBehaviour, check: (spans: readonly ExportedSpan[]) => void): Picture =>
  ({ cold, flush }) => {
    const asked = cold('20ms R 39ms X', { R: restart, X: { type: 'shutdown', force: false, why: 'asked' } as const });
    const { tracer, spans } = memoryTracer();
    const host = simulatedHost({ behave: (_, fork) => behave(fork) });
    const events$ = rehearse(host, { worker: 2, minReadyTime: 2, maxSurge: 1 }, asked);
    trace({ tracer, events$ });
    flush();
    check(spans());
  };

marbles(
  'a restart is a trace, with a span for each slot, the boot of its new worker and the drain of its old one',
  traced(
    () => ({}),
    (spans) => {
      expect(tree(spans)).toEqual([
        'restart 0-10 [] 1',
        '  replace 1 0-5 [ready available replaced] 1',
        '    boot 0-2 [online listening ready] 0',
        '    drain 4-5 [] 0',
        '  replace 2 5-10 [ready available replaced] 1',
        '    boot 5-7 [online listening ready] 0',
        '    drain 9-10 [] 0',
      ]);
      expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
      expect(spans.find(({ name }) => name === 'proteus_cluster restart')?.attributes).toEqual({
        'proteus_cluster.cluster': 'worker',
        'proteus_cluster.roll': 1,
        'proteus_cluster.slots': 2,
        'proteus_cluster.outcome': 'done',
      });
    },
  ),
);

marbles(
  'an abort has its cause as status and as exception',
  traced(
    (fork) => (fork > 2 ? { crashes: { after: 1, code: 7, message: 'no database' } } : {}),
    (spans) => {
      expect(tree(spans)).toEqual([
        'restart 0-1 [exception] 2 before it was available, it exited with code 7: Error: no database',
        '  replace 1 0-1 [exception] 2 before it was available, it exited with code 7: Error: no database',
        '    boot 0-1 [online] 2 it ended with code 7',
      ]);
      const root = spans.find(({ name }) => name === 'proteus_cluster restart');
      expect(root?.attributes['proteus_cluster.outcome']).toBe('aborted');
      expect(root?.events[0]).toMatchObject({
        name: 'exception',
        attributes: { 'exception.message': 'no database' },
      });
    },
  ),
);

marbles(
  'a shutdown ends the spans of the roll that it cancels',
  traced(
    (fork) => (fork > 2 ? { listening: 500 } : {}),
    (spans) => {
      expect(tree(spans)).toEqual([
        'restart 0-40 [] 2 asked',
        '  replace 1 0-40 [] 2 asked',
        '    boot 0-40 [online] 0',
      ]);
    },
  ),
);

const began: ClusterEvent = {
  type: 'restart-begin',
  roll: 1,
  requests: ['r1'],
  slots: [1],
  cluster: 'web',
  time: 1000,
  seq: 1,
};
const replacing: ClusterEvent = {
  type: 'replace-begin',
  roll: 1,
  slot: 1,
  overlap: true,
  cluster: 'web',
  time: 1005,
  seq: 2,
};

test('unsubscribing ends the spans that are open, at the time of the last event', () => {
  const { tracer, spans } = memoryTracer();
  const events$ = new Subject<ClusterEvent>();
  const tracing = trace({ tracer, events$ });
  events$.next(began);
  events$.next(replacing);
  expect(spans()).toEqual([]);
  tracing.unsubscribe();
  expect(tree(spans())).toEqual(['restart 0-5 [] 2 the trace was ended', '  replace 1 5-5 [] 2 the trace was ended']);
  expect(events$.observed).toBe(false);
});

test('a cluster that vanished without an end leaves nothing open: its next roll ends the last one', () => {
  const opened: string[] = [];
  const ended: string[] = [];
  const rolls = rollTrace((name) => {
    opened.push(name);
    return {
      setAttributes: () => {},
      addEvent: () => {},
      recordException: () => {},
      setStatus: () => {},
      end: () => void ended.push(name),
    };
  });
  for (let roll = 1; roll <= 1000; roll += 1) {
    rolls.next({ ...began, roll });
    rolls.next({ ...replacing, roll });
  }
  expect(rolls.size()).toBe(1);
  rolls.end(new Date(0));
  expect(ended.toSorted()).toEqual(opened.toSorted());
});

test('without an SDK nothing happens', () => {
  const events$ = new Subject<ClusterEvent>();
  const tracing = trace({ events$ });
  events$.next(began);
  events$.next(replacing);
  events$.complete();
  expect(tracing.closed).toBe(false);
});

test('without @opentelemetry/api there is one clear error', () => {
  const require = createRequire(import.meta.url);
  const missing = Object.assign(() => {
    throw Object.assign(new Error("Cannot find module '@opentelemetry/api'"), { code: 'MODULE_NOT_FOUND' });
  }, require);
  expect(() => loadApi('trace()', missing)).toThrow(
    'trace() of proteus-cluster/otel needs the package @opentelemetry/api: npm install @opentelemetry/api, with the SDK of your choice',
  );
});
