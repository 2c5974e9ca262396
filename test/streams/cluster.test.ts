import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { cluster$ } from '../../src/streams/cluster.js';
import { simulatedHost } from '../../src/testing/simulatedHost.js';
import { clusterOptions } from '../clusterOptions.js';

test('a cluster starts, respawns, rolls and shuts down, and emits each step in order', () => {
  const told: string[] = [];
  new TestScheduler(expect.unreachable).run(({ hot }) => {
    const host = simulatedHost({ behave: (_, fork) => (fork === 2 ? { crashes: { after: 6 } } : {}) });
    timer(20).subscribe(() => host.raise('SIGUSR2'));
    timer(60).subscribe(() => host.raise('SIGINT'));
    cluster$(host, clusterOptions(), hot('')).subscribe({
      next: (event) => told.push(`${event.time} ${event.type}`),
      complete: () => told.push(`complete, ${host.running()} running, ${host.handlers()} handlers`),
    });
  });
  expect(told.filter((line) => /started|backoff|restart|replace|shutdown|end|complete/.test(line))).toEqual([
    '2 started',
    '6 backoff',
    '20 restart',
    '20 restart-begin',
    '20 replace-begin',
    '25 replace-end',
    '26 replace-begin',
    '31 replace-end',
    '32 restart-end',
    '60 shutdown',
    '61 end',
    'complete, 0 running, 0 handlers',
  ]);
});
