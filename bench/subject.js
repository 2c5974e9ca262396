/**
 * The common part of the masters that are measured. Their argument says what to run, and requests come over IPC.
 */
export const options = JSON.parse(process.argv[2]);

const listening = new Set();
let started = false;
let heard = () => {};
let count = 0;
let counted = { target: Infinity, done: () => {} };

/** The duration of each of several actions, one after the other, in ms. */
export const timed = async (count, one) => {
  const times = [];
  for (let index = 0; index < count; index += 1) {
    const begun = performance.now();
    await one();
    times.push(performance.now() - begun);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(count - 1, Math.floor(count * share))];
  return { median: at(0.5), p99: at(0.99) };
};

/** The longest delay, in ms, of a worker's message each 10 ms, of the master's timers and of a signal, while another worker sends as fast as it can. */
export const lateness = () => {
  let worst = 0;
  let timers = 0;
  let signals = 0;
  let signalled;
  const hear = () => {
    signals = Math.max(signals, performance.now() - signalled);
    signalled = undefined;
  };
  process.on('SIGCONT', hear);
  let last = performance.now();
  const heartbeat = setInterval(() => {
    timers = Math.max(timers, performance.now() - last - 10);
    last = performance.now();
    if (signalled !== undefined) return;
    signalled = last;
    process.kill(process.pid, 'SIGCONT');
  }, 10);
  return {
    beat: (at) => (worst = Math.max(worst, Date.now() - at)),
    end: () => {
      clearInterval(heartbeat);
      process.off('SIGCONT', hear);
      return { message: worst, timer: timers, signal: signals };
    },
  };
};

/** A worker listens. */
export const listens = (pid, port) => {
  listening.add(pid);
  heard();
  if (started || listening.size < options.workers) return;
  started = true;
  const { user, system } = process.cpuUsage();
  process.send({ cpu: (user + system) / 1_000, port });
};

/** A message has been counted where the application would count it. */
export const tally = () => {
  count += 1;
  if (count === counted.target) counted.done();
};

/** From SIGKILL of a worker until its replacement listens, in ms. */
export const kill = () =>
  new Promise((resolve) => {
    const [pid] = listening;
    listening.delete(pid);
    const killed = performance.now();
    heard = () => resolve({ ms: performance.now() - killed });
    process.kill(pid, 'SIGKILL');
  });

/** Answers the requests to the master. `tell` sends to the workers, `end` kills them. */
export const serve = ({ tell, end, more = {} }) => {
  const actions = {
    kill,
    /** Lets the workers send `messages`; counts from the first to the last of them. */
    burst: ({ messages, ...how }) =>
      new Promise((resolve) => {
        count = 0;
        let first;
        let used;
        const end = () => {
          const seconds = (performance.now() - first) / 1_000;
          const { user, system } = process.cpuUsage(used);
          resolve({ rate: (messages - 1) / seconds, cpu: (user + system) / messages });
        };
        const start = () => {
          first = performance.now();
          used = process.cpuUsage();
          counted = { target: messages, done: end };
        };
        counted = { target: 1, done: start };
        tell({ burst: messages / options.workers, ...how });
      }),
    memory: () => ({ mb: process.memoryUsage.rss() / 2 ** 20 }),
    ...more,
  };
  process.on('message', async ({ ask, ...details }) => process.send({ answer: await actions[ask](details) }));
  process.on('disconnect', () => {
    end();
    process.exit();
  });
};
