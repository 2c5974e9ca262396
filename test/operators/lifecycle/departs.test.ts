import { expect, test } from 'vitest';
import { departs } from '../../../src/operators/lifecycle/departs.js';
import { life } from '../../marbles.js';

test('a worker departs when it leaves, is asked to leave, is killed, has no channel any more, or has exited', () => {
  const departing = Object.entries(life()).filter(([, event]) => departs(event));
  expect(departing.map(([letter]) => letter).join('')).toBe('gtkdxwczn');
});
