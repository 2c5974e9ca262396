// Runs the tests of real processes under several versions of Node: npm run runtimes -- 20 22 24 26 [file …]
// The npm package `node` brings the binaries, into a cache that the next run finds again. Vitest itself runs on them, too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/runtimes');
const known = ['20', '22', '24', '26'];

const given = process.argv.slice(2);
const isVersion = (text) => /^\d+(\.\d+){0,2}$/.test(text);
const versions = given.some(isVersion) ? given.filter(isVersion) : known;
const files = given.every(isVersion) ? ['test/process'] : given.filter((text) => !isVersion(text));

const run = async (command, args, options) => {
  const [code] = await once(spawn(command, args, { stdio: 'inherit', ...options }), 'exit');
  return code;
};

/** The folder of a version's `node`. */
const install = async (version) => {
  const home = join(cache, version);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  const code = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`], { cwd: home });
  if (code !== 0) throw new Error(`node@${version} could not be installed; npm says why above`);
  return join(home, 'node_modules/node/bin');
};

const folder = mkdtempSync(join(tmpdir(), 'proteus-runtimes-'));

/** Tests that failed, and files that could not even be loaded. */
const failuresOf = ({ testResults }) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const file = relative(root, name);
    if (status === 'failed' && failed.length === 0) return [`${file}: ${message.split('\n')[0]}`];
    return failed.map(({ fullName, failureMessages: [why = ''] }) => `${file}: ${fullName}: ${why.split('\n')[0]}`);
  });

const tryOut = async (version) => {
  const bin = await install(version);
  const report = join(folder, `${version}.json`);
  const began = performance.now();
  const code = await run(
    join(bin, 'node'),
    ['node_modules/vitest/vitest.mjs', 'run', ...files, '--reporter=dot', '--reporter=json', `--outputFile=${report}`],
    { cwd: root, env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } },
  );
  const seconds = Math.round((performance.now() - began) / 1_000);
  const told = JSON.parse(readFileSync(report, 'utf8'));
  return { version, code, passed: told.numPassedTests, failed: told.numFailedTests, seconds, names: failuresOf(told) };
};

const results = [];
for (const version of versions) {
  console.log(`\nNode ${version}`);
  // One after the other: each wants every core.
  results.push(await tryOut(version));
}
rmSync(folder, { recursive: true });

console.table(
  Object.fromEntries(
    results.map(({ version, passed, failed, seconds }) => [`Node ${version}`, { passed, failed, seconds }]),
  ),
);
for (const { version, names } of results) for (const name of names) console.log(`Node ${version}: ${name}`);
// A run can also fail by an error outside of any test.
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;
