import { expect, test, vi } from 'vitest';
import { playableDiagram } from '../../src/reproduce/playableDiagram.js';
import { EndlessSimulationError } from '../../src/testing.js';

// A run in which it happens takes seconds: each simulation ends after 200,000 events.
vi.mock(import('../../src/reproduce/runOnColumns.js'), () => ({
  runOnColumns: () => {
    throw new EndlessSimulationError('more than 200000 events', 'Raise script.maxEvents', []);
  },
}));

test('a run that does not end in whole columns has no diagram', () => {
  const script = { lives: [], inputs: [], random: [], begin: 0, until: 100 };
  expect(
    playableDiagram({ config: { worker: 1 }, script, decisions: {}, assumptions: [], cluster: 'web', events: [] }),
  ).toEqual({
    why: 'with columns of 1 ms the master forks without end',
  });
});
