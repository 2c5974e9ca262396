// The marble test of spaced.js: `node examples/policy/spaced.test.js`. A column is 1 ms of virtual time.
import { deepEqual } from 'node:assert/strict';
import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { policy, permanent, temporary } from 'proteus-cluster/policy';
import { departure } from 'proteus-cluster/testing';
import { spaced } from './spaced.js';

const toSlots = map(({ departure: { slot } }) => String(slot));

new TestScheduler(deepEqual).run(({ cold, expectObservable }) => {
  const departures = { a: departure({ slot: 1 }), b: departure({ slot: 2 }), c: departure({ slot: 3 }) };
  const crashes = cold(' -(abc)------', departures);
  const respawns = '     -1--2--3----';

  expectObservable(crashes.pipe(policy(permanent(), spaced(3)), toSlots)).toBe(respawns);
  // Other decisions do not wait.
  expectObservable(crashes.pipe(policy(temporary(), spaced(3)), toSlots)).toBe('-(123)------');
});
