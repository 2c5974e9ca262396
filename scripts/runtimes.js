// Runs the tests of real processes under several versions of Node: npm run runtimes -- 20 22 24 26
// The npm package `node` brings the binaries; each lives in a folder of its own that goes with the run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const versions = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'proteus-runtimes-'));

const run = async (command, args, options = {}) => {
  const [code] = await once(spawn(command, args, { stdio: 'ignore', ...options }), 'exit');
  return code;
};

const install = async (version) => {
  const home = mkdtempSync(join(folder, `${version}-`));
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  const code = await run('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], { cwd: home });
  if (code !== 0) throw new Error(`node@${version} could not be installed`);
  return join(home, 'node_modules/.bin');
};

let failed = 0;
for (const version of versions.length === 0 ? ['20', '22', '24', '26'] : versions) {
  const bin = await install(version);
  const report = join(folder, `${version}.json`);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  await run(
    join(bin, 'node'),
    ['node_modules/vitest/vitest.mjs', 'run', 'test/process', '--reporter=json', `--outputFile=${report}`],
    { env },
  );
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed');
  failed += numFailedTests;
  console.log(`Node ${version}: ${numPassedTests} passed, ${numFailedTests} failed`);
  for (const { fullName, failureMessages } of broken)
    console.log(`  ${fullName}\n    ${failureMessages[0].split('\n')[0]}`);
}
rmSync(folder, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
