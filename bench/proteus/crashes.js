import { Subject } from 'rxjs';

const worker = { id: 17, slot: 3, generation: 5, pid: 481_516, cluster: 'web' };
const cause = {
  name: 'Error',
  message: 'connect ECONNREFUSED 127.0.0.1:5432',
  stack: `Error: connect ECONNREFUSED 127.0.0.1:5432\n${'    at TCPConnectWrap.afterConnect (node:net:1611:16)\n'.repeat(8)}`,
  code: 'ECONNREFUSED',
};
const exit = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 81_234, cause };

/** The events of a crash and its respawn, as a cluster emits them. */
const drafts = [
  { type: 'disconnect', worker, requested: false },
  { type: 'exit', worker, ...exit },
  { type: 'backoff', slot: 3, worker, delay: 1_500, charged: true, spent: 3, limit: 10 },
  { type: 'fork', worker, why: 'respawn' },
  { type: 'online', worker },
  { type: 'listening', worker, address: { address: '127.0.0.1', port: 8080, addressType: 4 } },
  { type: 'ready', worker, why: 'listens on 127.0.0.1:8080' },
  { type: 'available', worker, after: 20 },
];

/** Emits events of crashes, through an operator or without one. */
export const crashes = () => {
  const events$ = new Subject();
  let seq = 0;
  const emit = () => {
    events$.next({ ...drafts[seq % drafts.length], time: Date.now(), seq: (seq += 1), cluster: 'web' });
  };
  let subscription = events$.subscribe();
  let timer;
  return {
    use: (operator) => {
      subscription.unsubscribe();
      subscription = (operator === undefined ? events$ : events$.pipe(operator)).subscribe();
    },
    /** So many a second from now on, also on a busy machine, where timers are late. */
    perSecond: (rate) => {
      clearInterval(timer);
      const [begun, first] = [performance.now(), seq];
      const step = () => {
        while (seq - first < ((performance.now() - begun) * rate) / 1_000) emit();
      };
      if (rate > 0) timer = setInterval(step, 10);
    },
    /** So many, as fast as the recording takes them. */
    many: async (count) => {
      for (let done = 1; done <= count; done += 1) {
        emit();
        // Less than the recording queues.
        if (done % 2_000 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
};
