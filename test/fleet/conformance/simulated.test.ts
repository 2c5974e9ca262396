import { toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { simulatedStore } from '../simulatedStore.js';
import { scripts } from './scripts.js';

test.for(Object.entries(scripts))('the simulated store: %s', ([, { does, sees }]) => {
  let seen: readonly string[] | undefined;
  new TestScheduler(() => {}).run(() => {
    const system = simulatedStore();
    does({
      a: system.host('a'),
      b: system.host('b'),
      cut: () => system.cut('a'),
      heal: () => system.heal('a'),
    })
      .pipe(toArray())
      .subscribe((lines) => (seen = lines));
  });
  expect(seen).toEqual(sees);
});
