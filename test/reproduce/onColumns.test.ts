import { expect, test } from 'vitest';
import { onColumns } from '../../src/reproduce/onColumns.js';

test('what a worker does falls into the column into which it fell before', () => {
  const behaviour = {
    online: 40,
    listening: 60,
    opens: [{ after: 120, port: 81 }],
    saysReady: 150,
    walksOut: 250,
    terminated: 260,
    crashes: { after: 349, code: 7 },
  };
  // It is forked in column 2, 50 ms after its begin.
  expect(onColumns(behaviour, 250, 100)).toEqual({
    online: 0,
    listening: 100,
    opens: [{ after: 100, port: 81 }],
    saysReady: 200,
    walksOut: 300,
    terminated: 300,
    crashes: { after: 300, code: 7 },
  });
  expect(onColumns(behaviour, 0, 1)).toEqual(behaviour);
});

test('what counts from a request is rounded', () => {
  const behaviour = { leaves: 149, terminates: 150, disconnects: 49 };
  expect(onColumns(behaviour, 70, 100)).toEqual({ leaves: 100, terminates: 200, disconnects: 0 });
});

test('what never happens stays so, and what is not said is not made up', () => {
  const never = { online: Infinity, listening: false, leaves: Infinity, walksOut: Infinity } as const;
  expect(onColumns(never, 70, 100)).toEqual(never);
  expect(onColumns({ spawns: false }, 70, 100)).toEqual({ spawns: false });
});

test('a hang ends in the column in which it ended', () => {
  expect(onColumns({ hangs: { after: 180, for: 130, how: 'loop' } }, 10, 100)).toEqual({
    hangs: { after: 100, for: 200, how: 'loop' },
  });
  expect(onColumns({ hangs: { after: 180, how: 'stopped' } }, 30, 100)).toEqual({
    hangs: { after: 200, how: 'stopped' },
  });
});
