import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated, sourceOf, testOf } from './source.js';

/** A mutation may make a test wait or loop for ever; that counts as found. */
const secondsPerTest = 120;

/** The schedules of the simulation, the same each time, and as many as find each mutation of the list. */
const schedules = { SEED: '2012', SCHEDULES: '2000' };

const run = async (folder, args) => {
  const env = { ...process.env, ...schedules };
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', detached: true, env });
  // A group of its own: the test may have started processes.
  const endAll = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  const late = setTimeout(endAll, secondsPerTest * 1_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(late);
  return signal === 'SIGKILL' ? 'late' : code;
};

/** The report of the tests; nothing if the run did not get so far. */
const readReport = (report) => {
  if (!existsSync(report)) return undefined;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    ran: testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status !== 'skipped'),
    broken: testResults.some(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0),
  };
};

/** Makes one mutation in the copy, runs its test, and undoes it. Resolves with the outcome and the names of the tests that failed. */
export const attempt = async (folder, mutation) => {
  const path = join(folder, sourceOf(mutation));
  const original = readFileSync(path, 'utf8');
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  writeFileSync(path, mutated(folder, mutation));
  try {
    if (usesDist(folder, mutation)) await run(folder, ['scripts/build.js']);
    const pattern = mutation.red === undefined ? [] : ['-t', `^${escaped(mutation.red)}$`];
    const code = await run(folder, [
      'node_modules/vitest/vitest.mjs',
      'run',
      testOf(mutation),
      ...pattern,
      '--reporter=json',
      `--outputFile=${report}`,
    ]);
    const { ran = [], broken = false } = readReport(report) ?? {};
    const failed = ran.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    if (code === 'late') return { outcome: 'late', failed };
    if (broken) return { outcome: 'broken', failed };
    if (ran.length === 0) return { outcome: 'no such test', failed };
    return { outcome: code === 0 ? 'survived' : 'red', failed };
  } finally {
    writeFileSync(path, original);
  }
};

/** Tests of real processes run what has been built. */
const usesDist = (folder, mutation) =>
  mutation.test.startsWith('process/') ||
  readFileSync(join(folder, testOf(mutation)), 'utf8').includes('process/harness');

const escaped = (text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
