import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A mutation may make a test wait or loop for ever; that counts as found. */
const secondsPerTest = 120;

/** The schedules of the simulation, the same each time, and as many as find each mutation of the list. */
const schedules = { SEED: '2012', SCHEDULES: '2000' };

const program = fileURLToPath(new URL('testRunner.js', import.meta.url));

/** Runs tests of a folder in a process, which is started with the first one, and again after one that was too late. */
export const testProcess = (folder) => {
  let child;

  const start = async () => {
    // A group of its own: a test may have started processes.
    child = fork(program, [folder], {
      cwd: folder,
      detached: true,
      env: { ...process.env, ...schedules },
      stdio: 'ignore',
    });
    await answerOf(child);
  };

  const end = () => {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    child = undefined;
  };

  /** Resolves with what came of the test, or with 'late'. */
  const run = async (request) => {
    if (child === undefined) await start();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, secondsPerTest * 1_000);
    try {
      const answer = answerOf(child);
      child.send(request);
      return await answer;
    } catch (error) {
      if (late) return 'late';
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  return { run, end };
};

/** The next message of the process. Rejects if it exits before. */
const answerOf = async (child) => {
  const waiting = new AbortController();
  const { signal } = waiting;
  const exited = once(child, 'exit', { signal }).then(([code, why]) => {
    throw new Error(`The process that runs the tests exited with ${code ?? why}.`);
  });
  const answered = once(child, 'message', { signal }).then(([message]) => message);
  try {
    return await Promise.race([answered, exited]);
  } finally {
    waiting.abort();
    await Promise.allSettled([answered, exited]);
  }
};
