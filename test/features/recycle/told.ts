import { TestScheduler } from 'rxjs/testing';
import type { ClusterEvent } from '../../../src/index.js';
import { type Config, rehearse, type SimulatedHost } from '../../../src/testing.js';

const lineOf = (event: ClusterEvent): string | undefined => {
  switch (event.type) {
    case 'recycle': {
      const { worker, why, value, early } = event;
      return `worker ${worker.id} for ${why} ${value}${early === undefined ? '' : `, early ${early}`}`;
    }
    case 'restart':
      return event.slot === undefined ? 'restart' : `restart of slot ${event.slot}`;
    case 'restart-end':
      return `replaced ${event.result.replaced.join()}`;
    case 'restart-abort':
      return `kept ${event.result.kept.join()}`;
    default:
      return undefined;
  }
};

/** The recycling and the restarts of a cluster in virtual time, in lines that begin with the time in ms. Signals are raised at their times. */
export const told = (
  host: SimulatedHost,
  config: Config,
  until: number,
  signals: Readonly<Record<number, string>> = {},
): readonly string[] => {
  const lines: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const running = rehearse(host, { minReadyTime: 10, ...config }).subscribe((event) => {
      const line = lineOf(event);
      if (line !== undefined) lines.push(`${scheduler.now()} ${line}`);
    });
    for (const [at, signal] of Object.entries(signals)) scheduler.schedule(() => host.raise(signal), Number(at));
    scheduler.schedule(() => running.unsubscribe(), until);
  });
  return lines;
};
