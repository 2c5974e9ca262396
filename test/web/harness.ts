import { once } from 'node:events';
import { createServer } from 'node:http';
import { firstValueFrom, Subject } from 'rxjs';
import { onTestFinished } from 'vitest';
import type { ClusterEvent, WebSettings, WebTold } from '../../src/index.js';
import { attach } from '../../src/web.js';

export const token = 'correct-horse-battery-staple';
export const bearer = { authorization: `Bearer ${token}` };
export const worker = { id: 1, slot: 1, generation: 1, pid: 1_001, cluster: 'web' };

/** The path of a method of this process. */
export const method = (name: string): string => `/masters/${process.pid}/v1/${name}`;

/** Shows a cluster that has no processes on a web page: the test emits its events. */
export const shown = async (settings: Partial<WebSettings> = { token }) => {
  const events$ = new Subject<ClusterEvent>();
  const errors: unknown[] = [];
  let seq = 0;
  const tells$ = new Subject<WebTold>();
  const listening = firstValueFrom(tells$);
  const subscription = attach({
    cluster: 'web',
    settings: { port: 0, ...settings },
    config: {},
    events$,
    report: (error) => errors.push(error),
    traffic: () => [],
    // What the part tells is one of these.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    tell: (told) => tells$.next(told as WebTold),
  }).subscribe();
  onTestFinished(() => subscription.unsubscribe());
  const told = await listening;
  return {
    told,
    port: Number(new URL(told.url).port),
    errors,
    end: () => subscription.unsubscribe(),
    emit: (...drafts: readonly object[]) => {
      for (const draft of drafts) {
        seq += 1;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        events$.next({ time: 1_000 + seq, seq, cluster: 'web', ...draft } as unknown as ClusterEvent);
      }
    },
  };
};

/** A port that something listens on. */
export const takenPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
