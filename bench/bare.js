import { asyncScheduler } from 'rxjs';

const after = (ms, act) => asyncScheduler.schedule(act, ms);

/**
 * Respawn, roll and shutdown over a host, written with callbacks and without our operators: a crashed worker is respawned after a delay,
 * a roll replaces one slot after the other and ends with the first replacement that fails, and a worker that does not leave in time is killed.
 */
export const bare = (
  host,
  { worker: slots, backoff, minReadyTime, readyTimeout, disconnectTimeout, maxForkCount, minUptime },
  onEvent,
) => {
  const workersBySlot = new Map();
  const present = new Set();
  let stopping = false;
  let failures = 0;
  let rolling = false;
  let again = false;

  const fork = (slot, onWorkerEvent) => {
    const worker = { slot, process: undefined, isAsked: false, forkedAt: asyncScheduler.now(), killTimer: undefined };
    present.add(worker);
    host.fork({ cluster: 'bare', slot, generation: 0 }).subscribe((event) => {
      onEvent(event);
      if (event.type === 'fork') worker.process = event.process;
      if (event.type === 'exit') {
        worker.killTimer?.unsubscribe();
        present.delete(worker);
      }
      onWorkerEvent(event, worker);
    });
    return worker;
  };

  const retire = (worker) => {
    if (worker === undefined || worker.isAsked || !present.has(worker)) return;
    worker.isAsked = true;
    worker.process.disconnect();
    worker.killTimer = after(disconnectTimeout, () => worker.process.kill('SIGKILL'));
  };

  const respawnOnExit = ({ type }, worker) => {
    if (type === 'exit' && workersBySlot.get(worker.slot) === worker && !worker.isAsked) respawn(worker);
  };

  const respawn = ({ slot, forkedAt }) => {
    workersBySlot.delete(slot);
    if (stopping) return;
    const early = asyncScheduler.now() - forkedAt < minUptime;
    failures = early ? failures + 1 : 0;
    if (failures >= maxForkCount) stop();
    else after(early ? Math.min(backoff.max, backoff.initial * 2 ** failures) : 0, () => fill(slot));
  };

  const fill = (slot) => {
    if (!stopping && !workersBySlot.has(slot)) workersBySlot.set(slot, fork(slot, respawnOnExit));
  };

  const restart = () => {
    if (rolling) again = true;
    else if (!stopping) roll(1);
  };

  const roll = (slot) => {
    rolling = slot <= slots && !stopping;
    if (!rolling) {
      if (again) {
        again = false;
        restart();
      }
      return;
    }
    let decided = false;
    let timer;
    const decide = (won) => {
      if (decided) return;
      decided = true;
      timer.unsubscribe();
      if (!won) {
        retire(newcomer);
        roll(Infinity);
        return;
      }
      const old = workersBySlot.get(slot);
      workersBySlot.set(slot, newcomer);
      retire(old);
      roll(slot + 1);
    };
    timer = after(readyTimeout, () => decide(false));
    const newcomer = fork(slot, (event, worker) => {
      if (event.type === 'exit' && !decided) decide(false);
      if (event.type === 'listening' && !decided) {
        timer.unsubscribe();
        timer = after(minReadyTime, () => decide(true));
      }
      respawnOnExit(event, worker);
    });
    if (stopping) retire(newcomer);
  };

  const stop = () => {
    stopping = true;
    for (const worker of present) retire(worker);
  };

  for (let slot = 1; slot <= slots; slot += 1) fill(slot);
  return { restart, stop };
};
