import { filter } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import { events$, is, pause, type PauseResult, resume, type ResumeResult, type WorkerRef } from '../../../src/index.js';

// `tsc` checks this file. Nothing in it is called.
const neverCalled: (calls: () => unknown) => void = () => {};

test('pause() and resume() take a slot, and the name of a cluster', () => {
  neverCalled(async () => {
    expectTypeOf(await pause(1)).toEqualTypeOf<PauseResult>();
    expectTypeOf(await resume(1, { cluster: 'web' })).toEqualTypeOf<ResumeResult>();
    // @ts-expect-error no slot
    await pause();
    // @ts-expect-error a slot is a number
    await pause('1');
    // @ts-expect-error the name is in an object
    await resume(1, 'web');
  });
});

test('a result narrows on its outcome', () => {
  neverCalled(async () => {
    const result = await pause(1);
    if (result.outcome === 'refused') expectTypeOf(result.why).toEqualTypeOf<string>();
    else expectTypeOf(result.why).toEqualTypeOf<undefined>();
    expectTypeOf(result.worker).toEqualTypeOf<WorkerRef | undefined>();
    // @ts-expect-error an outcome that there is not
    neverCalled(() => result.outcome === 'resumed');
  });
});

test('is narrows to the events of a pause', () => {
  neverCalled(() => {
    events$
      .pipe(filter(is('pause', 'resume')))
      .subscribe(({ serves }) => expectTypeOf(serves).toEqualTypeOf<boolean>());
    events$
      .pipe(filter(is('pause-refused')))
      .subscribe(({ asked }) => expectTypeOf(asked).toEqualTypeOf<'pause' | 'resume'>());
  });
});
