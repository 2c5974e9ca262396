import { BehaviorSubject, filter, firstValueFrom, lastValueFrom, tap } from 'rxjs';
import { cluster$, cmd, is, messages$, reopenLogs, request, send, stats$, workers$ } from 'proteus-cluster';
import { kill, lateness, listens, options, serve, tally, timed } from '../subject.js';

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
let crashing;
// What single measurements need is loaded when they begin: the start of this master is measured, too.
const crashes = async () => (crashing ??= (await import('./crashes.js')).crashes());

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
  record: async ({ path }) => {
    const { record } = await import('proteus-cluster/record');
    (await crashes()).use(path === undefined ? undefined : record(path));
    return {};
  },
  /** Draws them, as text or as SVG, or no longer. */
  draw: async ({ as }) => {
    const { toMarbles } = await import('proteus-cluster/marbles');
    (await crashes()).use(as === undefined ? undefined : toMarbles({ as }));
    return {};
  },
  /** So many of them a second from now on, or so many at once. */
  crashes: async ({ perSecond, count }) => {
    const { many, perSecond: emitPerSecond } = await crashes();
    if (count === undefined) emitPerSecond(perSecond);
    else await many(count);
    return {};
  },
  heap: async () => {
    const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')]);
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
