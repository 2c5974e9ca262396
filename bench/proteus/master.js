import { BehaviorSubject, filter, firstValueFrom, lastValueFrom, tap } from 'rxjs';
import { cluster$, cmd, is, messages$, reopenLogs, request, send, stats$, workers$ } from 'proteus-cluster';
import { toMarbles } from 'proteus-cluster/marbles';
import { record } from 'proteus-cluster/record';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { kill, lateness, listens, options, serve, tally, timed } from '../subject.js';
import { crashes } from './crashes.js';

const { exec, workers, config } = options;

messages$.pipe(filter(cmd('fromWorker'))).subscribe(tally);

/** Whether a standby worker waits. */
const waits$ = new BehaviorSubject(false);
const running = cluster$({ exec, worker: workers, pid: false, args: [], ...config })
  .pipe(
    filter(is('listening', 'standby-begin', 'takeover')),
    tap(({ type }) => type !== 'listening' && waits$.next(type === 'standby-begin')),
    filter(is('listening')),
  )
  .subscribe(({ worker, address }) => listens(worker.pid, address.port));

let everyone = [];
workers$.subscribe((slots) => (everyone = slots.flatMap(({ workers }) => workers)));

let sampling;
let reopening;
const crashing = crashes();

const more = {
  standby: async () => {
    await firstValueFrom(waits$.pipe(filter(Boolean)));
    return kill();
  },
  sample: ({ wanted }) => {
    if (wanted) sampling = stats$.subscribe();
    else sampling?.unsubscribe();
    return {};
  },
  /** So many events a second from now on, or so many at once. */
  reopen: async ({ perSecond, count }) => {
    clearInterval(reopening);
    for (let done = 0; done < (count ?? 0); done += 1) {
      reopenLogs();
      if (done % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const begun = performance.now();
    let done = 0;
    // Also on a busy machine, where timers are late.
    const step = () => {
      for (; done < ((performance.now() - begun) * perSecond) / 1_000; done += 1) reopenLogs();
    };
    if (perSecond > 0) reopening = setInterval(step, 10);
    return {};
  },
  /** Records events of crashes from now on, or no longer. */
  record: ({ path }) => {
    crashing.use(path === undefined ? undefined : record(path));
    return {};
  },
  /** Draws them, as text or as SVG, or no longer. */
  draw: ({ as }) => {
    crashing.use(as === undefined ? undefined : toMarbles({ as }));
    return {};
  },
  /** So many of them a second from now on, or so many at once. */
  crashes: async ({ perSecond, count }) => {
    if (count === undefined) crashing.perSecond(perSecond);
    else await crashing.many(count);
    return {};
  },
  heap: async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    for (let more = 0; more < 4; more += 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { mb: heapUsed / 2 ** 20, external: external / 2 ** 20, rss: rss / 2 ** 20 };
  },
  trips: async ({ count, asking, how = 'send' }) => {
    if (asking) return timed(count, () => lastValueFrom(request({ cmd: 'ping' })));
    let pong;
    // Only while it is needed, because each subscriber receives every event.
    const hearing = messages$.pipe(filter(cmd('pong'))).subscribe(() => pong());
    const times = await timed(count, () => {
      let left = everyone.length;
      return new Promise((resolve) => {
        pong = () => {
          left -= 1;
          if (left === 0) resolve();
        };
        send({ ping: how });
      });
    });
    hearing.unsubscribe();
    return times;
  },
  flood: ({ ms, how }) => {
    const [flooding, beating] = everyone;
    const late = lateness();
    const hearing = messages$.pipe(filter(cmd('beat'))).subscribe(({ message }) => late.beat(message.at));
    send({ burst: Infinity, how, ms }, flooding);
    send({ beats: ms, how }, beating);
    return new Promise((resolve) =>
      setTimeout(() => {
        hearing.unsubscribe();
        resolve(late.end());
      }, ms),
    );
  },
};

serve({ more, tell: send, end: () => running.unsubscribe() });
