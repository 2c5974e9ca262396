// Runs the tests again and again, the last time with every core busy, and lists those that ever failed.
// Usage: node scripts/repeat.js [times] [vitest arguments …]; npm run repeat -- 20 test/process
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const [times = '20', ...only] = process.argv.slice(2);
const rounds = Number(times);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`times: expected a whole number, 1 or more, got ${times}`);

const folder = mkdtempSync(join(tmpdir(), 'proteus-repeat-'));

const burn = () => Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']));

const runRound = async (round) => {
  const report = join(folder, `${round}.json`);
  const vitest = spawn('npx', ['vitest', 'run', '--reporter=json', `--outputFile=${report}`, ...only], {
    stdio: 'ignore',
  });
  await once(vitest, 'exit');
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap(({ name, message, assertionResults }) =>
    assertionResults.length === 0
      ? [{ test: name, failed: true, why: message }]
      : assertionResults.map(({ fullName, status, failureMessages }) => ({
          test: fullName,
          failed: status === 'failed',
          why: failureMessages[0],
        })),
  );
};

const failures = new Map();
for (let round = 1; round <= rounds; round += 1) {
  const loaded = round === rounds;
  const burners = loaded ? burn() : [];
  const began = Date.now();
  const results = await runRound(round);
  for (const burner of burners) burner.kill('SIGKILL');
  const failed = results.filter((result) => result.failed);
  for (const { test, why } of failed) failures.set(test, [...(failures.get(test) ?? []), { round, why }]);
  const seconds = ((Date.now() - began) / 1_000).toFixed(0);
  console.log(
    `${round}/${rounds}${loaded ? ', under load' : ''}: ${results.length} tests, ${failed.length} failed, ${seconds} s`,
  );
}
rmSync(folder, { recursive: true });

for (const [test, seen] of failures) {
  console.log(
    `\n${test}\n  failed in round ${seen.map(({ round }) => round).join(', ')}\n  ${String(seen[0].why).split('\n').slice(0, 3).join('\n  ')}`,
  );
}
console.log(
  failures.size === 0 ? `\nNo test failed in ${rounds} rounds.` : `\n${failures.size} tests failed at least once.`,
);
process.exitCode = failures.size === 0 ? 0 : 1;
