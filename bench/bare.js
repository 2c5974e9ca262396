import { asyncScheduler } from 'rxjs';

const after = (ms, act) => asyncScheduler.schedule(act, ms);

/**
 * Respawn, roll and shutdown over a host as somebody writes them in callbacks, without our operators: a crash is made good after a wait,
 * a roll takes one slot after the other and ends with the first replacement that fails, who does not leave in time is killed.
 */
export const bare = (
  host,
  { worker: slots, backoff, minReadyTime, readyTimeout, disconnectTimeout, maxForkCount, minUptime },
  tell,
) => {
  const seats = new Map();
  const present = new Set();
  let stopping = false;
  let failures = 0;
  let rolling = false;
  let again = false;

  const fork = (slot, hear) => {
    const sitter = { slot, process: undefined, asked: false, born: asyncScheduler.now(), patience: undefined };
    present.add(sitter);
    host.fork({ cluster: 'bare', slot, generation: 0 }).subscribe((event) => {
      tell(event);
      if (event.type === 'fork') sitter.process = event.process;
      if (event.type === 'exit') {
        sitter.patience?.unsubscribe();
        present.delete(sitter);
      }
      hear(event, sitter);
    });
    return sitter;
  };

  const retire = (sitter) => {
    if (sitter === undefined || sitter.asked || !present.has(sitter)) return;
    sitter.asked = true;
    sitter.process.disconnect();
    sitter.patience = after(disconnectTimeout, () => sitter.process.kill('SIGKILL'));
  };

  const seated = ({ type }, sitter) => {
    if (type === 'exit' && seats.get(sitter.slot) === sitter && !sitter.asked) respawn(sitter);
  };

  const respawn = ({ slot, born }) => {
    seats.delete(slot);
    if (stopping) return;
    const early = asyncScheduler.now() - born < minUptime;
    failures = early ? failures + 1 : 0;
    if (failures >= maxForkCount) stop();
    else after(early ? Math.min(backoff.max, backoff.initial * 2 ** failures) : 0, () => fill(slot));
  };

  const fill = (slot) => {
    if (!stopping && !seats.has(slot)) seats.set(slot, fork(slot, seated));
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
      const old = seats.get(slot);
      seats.set(slot, newcomer);
      retire(old);
      roll(slot + 1);
    };
    timer = after(readyTimeout, () => decide(false));
    const newcomer = fork(slot, (event, sitter) => {
      if (event.type === 'exit' && !decided) decide(false);
      if (event.type === 'listening' && !decided) {
        timer.unsubscribe();
        timer = after(minReadyTime, () => decide(true));
      }
      seated(event, sitter);
    });
    if (stopping) retire(newcomer);
  };

  const stop = () => {
    stopping = true;
    for (const sitter of present) retire(sitter);
  };

  for (let slot = 1; slot <= slots; slot += 1) fill(slot);
  return { restart, stop };
};
