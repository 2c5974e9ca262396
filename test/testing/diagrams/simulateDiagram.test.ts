import { expect, test } from 'vitest';
import { DiagramError, readDiagram, simulateDiagram } from '../../../src/testing.js';
import { crash } from './diagramText.js';

test('what came out is returned at once, as events and as a picture', () => {
  const { events, picture } = simulateDiagram(readDiagram(crash));
  expect(events.filter(({ type }) => type === 'exit').map(({ time }) => time)).toEqual([10, 31, 31]);
  expect(picture.rows.map(({ name }) => name)).toContain('worker 3, slot 2');
});

test('a diagram in which too much happens is stopped, and says what to do', () => {
  const long = crash.replace('options\n', 'options\n  column 86400000\n  recycle {"memory":"1G"}\n');
  const diagram = readDiagram(long, { file: 'long.txt' });
  let samples = 0;
  const usage = () => {
    samples += 1;
    return {};
  };
  const behaviours = new Map(Array.from(diagram.behaviours, ([id, behaviour]) => [id, { ...behaviour, usage }]));
  const stopped = (): unknown => {
    try {
      return simulateDiagram({ ...diagram, behaviours });
    } catch (error) {
      return error;
    }
  };
  const error = stopped();
  expect(error).toBeInstanceOf(DiagramError);
  expect(String(error)).toContain(
    'expected less to happen: it was stopped after 100000 timers. Use a smaller column, or fewer workers',
  );
  // A sample is a timer.
  expect(samples).toBeGreaterThan(10_000);
  expect(samples).toBeLessThan(100_000);
});
