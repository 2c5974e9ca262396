import { expect, test } from 'vitest';
import { is } from '../../src/index.js';
import { playableDiagram } from '../../src/reproduce/playableDiagram.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { textsOf } from '../../src/reproduce/textsOf.js';
import { checkDiagramText, type Config, DiagramError, type Script, simulate } from '../../src/testing.js';

/** The diagram of a simulated run; `from`: of its events from this time on. */
const diagramOf = (config: Config, script: Script, from = 0): string => {
  const events = simulate(config, script).events.filter(({ time }) => time >= from);
  const { diagram, whyNoDiagram } = textsOf(reproduce(events, config), 'an incident');
  return diagram ?? `none: ${whyNoDiagram}`;
};

/** Two workers lose their connection, as does the first one that is started meanwhile; then a release is deployed. */
const options: Config = { worker: 2, backoff: { initial: 173, jitter: 0.2 } };
const drawn = [0.1, 0.7, 0.33];
const incident = (): Script => {
  let draws = 0;
  return {
    duration: 30_000,
    random: () => drawn[draws++ % drawn.length] ?? 0.5,
    workers: [
      { online: 452, listening: 533, leaves: 2_120, crashes: { after: 3_573 } },
      { online: 307, listening: 428, crashes: { after: 3_576 } },
      { online: 728, listening: false, crashes: { after: 868 } },
      { online: 280, listening: 410, leaves: 905 },
      { online: 301, listening: 422, leaves: 615 },
    ],
    inputs: [
      { at: 15_003, input: 'restart' },
      { at: 25_018, input: 'SIGINT' },
    ],
  };
};

test('a recorded run is a diagram that comes out as it is drawn, with the recorded delays', () => {
  const text = diagramOf(options, incident());
  expect(() => checkDiagramText(text)).not.toThrow();
  const { events } = simulate(options, incident());
  const [, column = '0'] = /^ {2}column (\d+)$/m.exec(text) ?? [];
  expect(text).toContain(`\nA column is ${column} ms. `);
  expect(text).toContain('\nAssumed, because the recording does not tell:\n- A worker that was never asked to leave');
  expect(text).toContain('\n  random [0.1,0.7,0.33]\n');
  for (const { slot, delay } of events.filter(is('backoff')))
    expect(text).toMatch(new RegExp(`^ +\\d+ {2}slot ${slot} gets a new worker in ${delay} ms `, 'm'));
  expect(text).toMatch(/restart 1 done\n[^]*shutdown: SIGINT\n[^]*complete\n$/);
});

test('another decision makes it red, both sides aligned, with file and line', () => {
  const text = diagramOf(options, incident());
  const changed = text.replace('"initial":173', '"initial":2900');
  const problem = (): string => {
    try {
      checkDiagramText(changed, { file: 'incident.txt' });
      return 'none';
    } catch (error) {
      return error instanceof DiagramError ? error.message : String(error);
    }
  };
  const row = text.split('\n').findIndex((line) => line.startsWith('worker 3, slot ')) + 1;
  expect(problem()).toMatch(
    new RegExp(`^incident\\.txt:${row}:\\d+: \\d+ rows? and \\d+ decisions? came out differently`),
  );
  expect(problem()).toMatch(
    /\ndrawn +\d+ +\d+ {2}slot . gets a new worker in \d+ ms .*\ncame out +\d+ {2}slot . gets a/,
  );
});

test('what no letter says has a row or an option: exit codes, signals, hangs, ports, SIGTERM', () => {
  const text = diagramOf(
    { worker: 4, backoff: { jitter: 0 }, health: { interval: 1_000, timeout: 5_000 } },
    {
      duration: 120_000,
      workers: [
        { crashes: { after: 20_000, code: 7 } },
        { crashes: { after: 30_000, signal: 'SIGSEGV' } },
        { hangs: { after: 40_000, how: 'loop' } },
        { terminated: 50_000, opens: [{ after: 2, port: 8_080 }] },
        { spawns: false },
      ],
      inputs: [{ at: 110_000, input: 'shutdown' }],
    },
  );
  expect(() => checkDiagramText(text)).not.toThrow();
  expect(text).toContain('\n  exits {"1":7,"2":"SIGSEGV","5":"not started"}\n');
  expect(text).toMatch(/^worker 3 loops +-+!$/m);
  expect(text).toMatch(/^worker 4 SIGTERM +-+!$/m);
  expect(text).toMatch(/^worker 4 opens 81 +!$/m);
});

test.each<Config['ready']>(['message', 'online', 'listening'])('with ready: %j it is played, too', (ready) => {
  const workers = Array.from({ length: 6 }, () => ({ online: 210, listening: 420, saysReady: 630 }));
  const text = diagramOf(
    { worker: 2, ready },
    { duration: 20_000, workers, inputs: [{ at: 9_000, input: 'restart' }] },
  );
  expect(() => checkDiagramText(text)).not.toThrow();
  expect(text).toContain(`\n  ready ${String(ready)}\n`);
  expect(text).toContain('restart 1 done');
});

test('a part of a recording begins where its workers are stable', () => {
  const text = diagramOf(options, incident(), 10_000);
  expect(() => checkDiagramText(text)).not.toThrow();
  expect(text).toMatch(
    /^The recording begins in column \d+\. What is before is not recorded: it makes the cluster stable, /m,
  );
  expect(text).not.toContain('gets a new worker in');
  expect(text).toContain('restart 1 done');
});

test('a cluster that still runs has rows to the last column', () => {
  const text = diagramOf({ worker: 1 }, { duration: 5_000, workers: [{ crashes: { after: 2_000 } }] });
  expect(() => checkDiagramText(text)).not.toThrow();
  expect(text).not.toContain('complete');
  expect(text).toMatch(/^worker 2, slot 1 .*[^|x]$/m);
});

test('nothing follows the last exit but one column', () => {
  const text = diagramOf({ worker: 1 }, { duration: 5_000, inputs: [{ at: 2_000, input: 'shutdown' }] });
  const [ruler = '', row = ''] = [/^ +0 .*$/m.exec(text)?.[0], /^worker 1, .*$/m.exec(text)?.[0]];
  expect(row).toMatch(/\|$/);
  expect(ruler.length).toBeLessThan(row.length + 3);
  expect(text).toMatch(/^shutdown +-+!$/m);
});

const columnOf = (duration: number) =>
  /^ {2}column (\d+)$/m.exec(
    diagramOf({ worker: 1 }, { duration, inputs: [{ at: duration - 100, input: 'shutdown' }] }),
  )?.[1];

test('the columns are as long as possible, and at most 100 where the master decides the same', () => {
  expect(columnOf(5_000)).toBe('100');
  expect(columnOf(500_000)).toBe('10000');
});

test('a run that cannot be written as a diagram says why', () => {
  const nothing = { duration: 1_000 };
  expect(diagramOf({ worker: 1_100 }, nothing)).toBe('none: it has 1100 workers, and a diagram at most 1000 rows');
  expect(diagramOf({ worker: 1, backoff: { max: Infinity } }, nothing)).toBe(
    'none: the option backoff has Infinity in it, which a diagram cannot hold',
  );
  const long = reproduce(
    simulate({ worker: 1 }, { duration: 20_000, inputs: [{ at: 19_000, input: 'restart' }] }).events,
    {
      worker: 1,
    },
  );
  // With columns of 1 ms there would be too many.
  expect(playableDiagram({ ...long, decisions: {} })).toEqual({
    why: expect.stringMatching(/^with columns of 2 ms the master decides differently/),
  });
  const { events } = simulate({ worker: 1 }, { duration: 2 });
  const reproduction = reproduce(events, { worker: 1 });
  expect(playableDiagram({ ...reproduction, decisions: { 'slot 1': ['fork (scale)'] } })).toEqual({
    why: expect.stringMatching(
      /^with columns of 1 ms the master decides differently\. .*the recording has 'fork \(scale\)', the simulation/,
    ),
  });
});
