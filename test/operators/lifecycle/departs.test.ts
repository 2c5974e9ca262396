import { expect, test } from 'vitest';
import { departs } from '../../../src/operators/lifecycle/departs.js';
import { life } from '../../marbles.js';

test('a worker departs when it leaves, is asked to leave, is killed, or has exited', () => {
  const departing = Object.entries(life()).filter(([, event]) => departs(event));
  expect(departing.map(([letter]) => letter).join('')).toBe('gtkxwczn');
});
