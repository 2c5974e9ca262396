import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/services.js';
import { workers } from '../process/harness.js';
import { placeWith } from './proteus.js';

const file = 'proteus.config.mjs';
const textOf = (folder: string): string => readFileSync(join(folder, file), 'utf8');

test('the answers are the configuration, which proteus start runs', async () => {
  const { folder, proteusReads, master, proteus } = placeWith({ 'web.mjs': workers.http });
  const { code, out, err } = await proteusReads('web.mjs\nshop\n1\n512M\n', 'init');
  expect({ code, out }).toEqual({ code: 0, out: `written: ${file}\n  start  proteus start\n` });
  expect(err).toBe(
    'File that each worker runs: \nName [web]: \nWorkers; max: one for each CPU core [max]: \nReplace a worker that uses more memory than, such as 512M [never]: \n',
  );
  expect(textOf(folder)).toBe(`/** @type {import('proteus-cluster/services').Configuration} */
export default {
  exec: 'web.mjs',
  name: 'shop',
  worker: 1,
  recycle: { memory: '512M' },
};
`);
  await master();
  expect((await proteus('ls', '--names')).out).toBe('shop\n');
});

test('--yes and an empty stdin take the usual answers: what npm start runs, under the name of the package', async () => {
  const files = {
    'serve.js': '',
    'index.js': '',
    'package.json': JSON.stringify({ name: '@shop/orders', main: 'index.js', scripts: { start: 'node serve.js' } }),
  };
  for (const args of [['init', '--yes'], ['init']]) {
    const { folder, proteus } = placeWith(files);
    // oxlint-disable-next-line no-await-in-loop
    expect(await proteus(...args)).toMatchObject({ code: 0 });
    // oxlint-disable-next-line no-await-in-loop
    const { services } = await loadConfig(join(folder, file));
    expect(services.map(({ config: { exec, name, worker, recycle } }) => ({ exec, name, worker, recycle }))).toEqual([
      { exec: join(folder, 'serve.js'), name: 'orders', worker: undefined, recycle: undefined },
    ]);
  }
});

test('what is special in a string of JavaScript stays text', async () => {
  const { folder, proteusReads } = placeWith({ "it's \\ here.js": '' });
  expect(await proteusReads("it's \\ here.js\na ${b} \"c\" 'd' </script>\n", 'init')).toMatchObject({ code: 0 });
  const { services } = await loadConfig(join(folder, file));
  expect(services[0]?.config).toMatchObject({
    exec: join(folder, "it's \\ here.js"),
    name: `a \${b} "c" 'd' </script>`,
  });
});

test.for([
  ['', ['init'], /File that each worker runs: expected an answer, got none\nSee: proteus init --help\n$/],
  ['', ['init', '-y'], /^proteus: File that each worker runs: expected an answer, got none\n/],
  ['none.js\n', ['init'], /expected a file that exists, got none\.js/],
  ['.\n', ['init'], /expected a file that exists, got \./],
  ['web.mjs\n\n0\n', ['init'], /Workers: expected a whole number from 1 on, got 0/],
  ['web.mjs\n\n1\nmuch\n', ['init'], /recycle\.memory: expected .*, got "much"/],
  ['', ['init', 'web.mjs'], /init: expected no words, got web\.mjs/],
] as const)('%j to %s writes nothing and ends with 2', async ([stdin, args, message]) => {
  const { folder, proteusReads } = placeWith({ 'web.mjs': '' });
  const { code, out, err } = await proteusReads(stdin, ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
  expect(readdirSync(folder).filter((name) => name.startsWith('proteus'))).toEqual([]);
});

test('a configuration that exists is not overwritten', async () => {
  const { folder, proteus } = placeWith({ 'index.js': '', 'proteus.config.json': '{}' });
  const { code, out, err } = await proteus('init', '--yes');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe('proteus: proteus.config.json exists, and is not overwritten. Start it: proteus start\n');
  expect(existsSync(join(folder, file))).toBe(false);
});

test('one that appears while the questions are answered is not overwritten either', async () => {
  const { folder, begin } = placeWith({ 'index.js': '' });
  const asking = begin('init');
  await asking.printed(/File that each worker runs/);
  writeFileSync(join(folder, file), '// mine');
  asking.type('\n\n\n\n');
  expect(await asking.ended()).toEqual({ code: 1, signal: null });
  expect(textOf(folder)).toBe('// mine');
});
