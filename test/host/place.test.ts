import { expect, test } from 'vitest';
import { place } from '../../src/host/place.js';

const linked = { base: '/srv/current', cwd: '/srv/releases/41' };

test.each([
  ['worker.js', '/srv/current/worker.js'],
  ['../worker.js', '/srv/worker.js'],
  ['.', '/srv/current'],
  ['/srv/releases/41', '/srv/current'],
  ['/srv/releases/41/lib/worker.js', '/srv/current/lib/worker.js'],
  ['/srv/releases/42/worker.js', '/srv/releases/42/worker.js'],
  ['/srv/releases/411/worker.js', '/srv/releases/411/worker.js'],
  ['/srv/current/worker.js', '/srv/current/worker.js'],
])('in a folder that was entered by a link, %s is %s', (path, placed) => {
  expect(place(linked, path)).toBe(placed);
});

test.each([
  ['worker.js', '/worker.js'],
  ['/', '/'],
  ['/srv/worker.js', '/srv/worker.js'],
])('in the root folder %s is %s', (path, placed) => {
  expect(place({ base: '/', cwd: '/' }, path)).toBe(placed);
});
