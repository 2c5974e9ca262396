import { expect, test } from 'vitest';
import { runningWorkers } from '../../src/cli/runningWorkers.js';
import { foldStatus } from '../../src/status.js';
import type { ClusterEvent } from '../../src/index.js';
import { life, ref, stamped } from '../marbles.js';
import { workers } from '../process/harness.js';
import { placeWith } from './proteus.js';

test('marbles draws a restart: a row for each worker, the decisions, and what the signs mean', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  await proteus('restart');
  const { code, out, err } = await proteus('marbles', 'web');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [ruler = '', one = '', two = '', ...others] = out.split('\n');
  expect(ruler).toMatch(/^web {15}\d\d:\d\d/);
  expect(one).toMatch(/^worker 1, slot 1 {2}[for]+[fora-]*[t-]*\|$/);
  expect(two).toMatch(/^worker 2, slot 1 +[for]+[fora-]*$/);
  expect(others.join('\n')).toMatch(/slot 1 is served by worker 2[^]*restart 1 done\n\n[^]*\| has left, as asked\n$/);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('marbles --svg writes one document', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  expect(await proteus('marbles', '--svg', '--since', '1h')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^<svg [^]*<title>web, [^]*<title>worker 1 is ready: [^]*<\/svg>\n$/),
    err: '',
  });
});

test('marbles -f in a pipe writes one picture, when the master ends', async () => {
  const { proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const drawing = begin('marbles', '-f');
  await drawing.printed(/^web \(pid \d+\) is drawn when it ends, or at Ctrl-C\n/);
  await proteus('stop');
  expect(await drawing.ended()).toEqual({ code: 0, signal: null });
  expect(drawing.output.match(/^worker 1, slot 1 /gm)).toHaveLength(1);
  expect(drawing.output).toMatch(/web \(pid \d+\) has ended\n$/);
});

test('marbles -f in a pipe writes one picture at Ctrl-C', async () => {
  const { master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const drawing = begin('marbles', '-f');
  await drawing.printed(/is drawn when it ends, or at Ctrl-C\n/);
  drawing.signal('SIGINT');
  expect(await drawing.ended()).toEqual({ code: 0, signal: null });
  expect(drawing.output).toMatch(/\n(Nothing has happened\.|web +\d\d:[^]*\nworker 1, slot 1 [^]*)\n$/);
});

test.for([
  [['--since', '5'], /--since: expected a time such as 90s, 5m or 2h, got 5\n/],
  [['web.jsonl'], /expected a cluster or a master, got web\.jsonl\. A recording is shown by proteus top web\.jsonl, /],
  [['a', 'b'], /marbles: expected \[target\], got a b\n/],
] as const)('marbles %j is refused', async ([args, message]) => {
  expect(await placeWith({}).proteus('marbles', ...args)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(message),
  });
});

test('marbles -f and --svg draw one master', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http, 'jobs.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  await master('jobs.mjs', '-w', '1');
  expect(await proteus('marbles', '--all', '--svg')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--all: expected one master with --svg, got 2\n/),
  });
  expect((await proteus('marbles', '--all')).out.match(/^(?:web|jobs) +\d\d:/gm)).toHaveLength(2);
});

const at = (time: number, draft: Parameters<typeof stamped>[0]): ClusterEvent => ({ ...stamped(draft), time });

test('a worker whose fork is not kept any more has the events that its status tells', () => {
  const [old, young] = [life(), life(ref({ id: 2 }))];
  const events = [at(1, old.f), at(2, old.r), at(8, young.f), at(9, old.a), at(10, young.r)];
  const clusters = events.reduce(foldStatus, []);
  expect(runningWorkers(clusters, events.slice(2)).map(({ type, time }) => [type, time])).toEqual([
    ['fork', 1],
    ['ready', 2],
  ]);
  expect(runningWorkers(clusters, []).map(({ time }) => time)).toEqual([1, 2, 8, 9, 10]);
  expect(runningWorkers(clusters, events)).toEqual([]);
});
