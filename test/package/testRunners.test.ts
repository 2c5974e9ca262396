import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { app, pack, run, temporary } from './app.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

const folder = temporary();
let tarball = '';
beforeAll(async () => {
  tarball = await pack(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runners: readonly (readonly [string, RegExp])[] = [
  ['node-test', /pass 4\n\S+ fail 0\n/],
  ['vitest', /Tests {2}2 passed/],
  ['jest', /Tests: +2 passed, 2 total/],
];

/** The packages that an example names. */
const packagesOf = (example: string): readonly string[] => {
  const manifest: { readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(example, 'package.json'), 'utf8'),
  );
  return Object.entries(manifest.devDependencies).map(([name, version]) => `${name}@${version}`);
};

/** The examples in a folder with the packages that one of them names, and this one as it is packed. Returns what `npm test` prints there, with another policy. */
const example = async (runner: string) => {
  const place = await app(tarball, ...packagesOf(join(examples, 'testing', runner)));
  const policyFile = join(place, 'testing/respawnPolicy.js');
  for (const copied of ['policy', 'testing']) cpSync(join(examples, copied), join(place, copied), { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }');
  return async (change: (policy: string) => string) => {
    writeFileSync(policyFile, change(readFileSync(policyFile, 'utf8')));
    const { stdout, stderr } = await run('npm', ['test'], join(place, 'testing', runner));
    return `${stdout}${stderr}`.replaceAll(colours, '');
  };
};

// oxlint-disable-next-line no-control-regex
const colours = /\u001B\[[\d;]*m/g;

/** A mistake: a respawn that comes within a second of another is dropped. */
const forgetful = (policy: string): string =>
  policy.replace(/import \{ spaced.*/, "import { throttleTime } from 'rxjs';").replace('spaced(', 'throttleTime(');

test.for(runners)(
  'the example for %s passes, and finds a mistake in the policy',
  { timeout: 180_000 },
  async ([runner, passed]) => {
    const printed = await example(runner);
    expect(await printed((policy) => policy)).toMatch(passed);
    const failed = await printed(forgetful);
    expect(failed).toMatch(/what must hold does not, in run \d+ with the seed 1/);
    expect(failed).toContain('simulate(config, {');
  },
);

test('without fast-check, checkPolicy says how to install it, and simulations run', async () => {
  const place = await app(tarball);
  const program = `
    import { checkPolicy, simulate } from 'proteus-cluster/testing';
    console.log(simulate({ worker: 1 }, { duration: 1_000 }).ending);
    checkPolicy({ config: {}, holds: () => {} });
  `;
  writeFileSync(join(place, 'program.mjs'), program);
  const { stdout, stderr } = await run(process.execPath, ['program.mjs'], place);
  expect(stdout).toBe('running\n');
  expect(stderr).toContain('expected fast-check to be installed');
  expect(stderr).toContain('npm install fast-check');
}, 120_000);
