import { asapScheduler, asyncScheduler, interval, observeOn, of, Subscription, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { EndlessTimeError, virtualTime } from '../../src/testing/virtualTime.js';

/** What is told in virtual time, each with its time. */
const told = (begin: (tell: (what: string) => () => void, time: ReturnType<typeof virtualTime>) => void) => {
  const time = virtualTime();
  const lines: string[] = [];
  time.run(() => begin((what) => () => lines.push(`${what} at ${time.now()}`), time));
  return lines;
};

test('timers are called at their times, and those of the same time in the order in which they were started', () => {
  const lines = told((tell, { schedule }) => {
    schedule(tell('third'), 30);
    schedule(tell('first'), 10);
    schedule(tell('second'), 10);
    schedule(() => schedule(tell('fourth'), 20), 10);
  });
  expect(lines).toEqual(['first at 10', 'second at 10', 'third at 30', 'fourth at 30']);
});

test('the timers and clocks of RxJS are virtual meanwhile', () => {
  const lines = told((tell) => {
    timer(3_600_000).subscribe(tell('an hour'));
    interval(1_000).pipe(take(2)).subscribe(tell('a second'));
    of(0).pipe(observeOn(asapScheduler)).subscribe(tell('soon'));
    tell(`now is ${asyncScheduler.now()}`)();
  });
  expect(lines).toEqual(['now is 0 at 0', 'soon at 0', 'a second at 1000', 'a second at 2000', 'an hour at 3600000']);
});

test('a timer that was unsubscribed is not called', () => {
  const lines = told((tell, { schedule }) => {
    const subscription = schedule(tell('never'), 10);
    schedule(() => subscription.unsubscribe(), 5);
    schedule(tell('infinite'), Infinity);
  });
  expect(lines).toEqual([]);
});

test('a list comes in its order, before everything that is scheduled later for the same time', () => {
  const lines = told((tell, { schedule, scheduleAll }) => {
    schedule(tell('earlier'), 10);
    scheduleAll([
      { at: 5, work: tell('first') },
      { at: 10, work: tell('second') },
      { at: 10, work: tell('third') },
    ]);
    schedule(tell('later'), 10);
  });
  expect(lines).toEqual(['first at 5', 'earlier at 10', 'second at 10', 'third at 10', 'later at 10']);
});

test('what is due while nothing happens is late, and comes in the order in which it was scheduled', () => {
  const lines = told((tell, { schedule, suspend, scheduleAll }) => {
    scheduleAll([{ at: 7, work: tell('listed') }]);
    schedule(tell('second'), 8);
    schedule(tell('third'), 6);
    schedule(tell('punctual'), 2_000);
    schedule(() => suspend(1_000), 5);
  });
  expect(lines).toEqual(['listed at 1005', 'second at 1005', 'third at 1005', 'punctual at 2000']);
});

test('nothing is called after a stop', () => {
  const time = virtualTime();
  let called = 0;
  time.run(() => {
    interval(10).subscribe(() => {
      called += 1;
      if (called < 3) return;
      time.stop();
      time.schedule(() => (called = 100));
    });
    time.schedule(() => (called = 100), 31);
  });
  expect({ called, now: time.now() }).toEqual({ called: 3, now: 30 });
});

test('what was begun is unsubscribed at the end, in virtual time', () => {
  const time = virtualTime();
  let endedAt = -1;
  time.run(() => {
    time.schedule(() => {}, 25);
    return new Subscription(() => (endedAt = asyncScheduler.now()));
  });
  expect(endedAt).toBe(25);
});

const failing = () => {
  throw new Error('a mistake');
};

test('the time is real again after an error, which is thrown', async () => {
  expect(() => virtualTime().run(failing)).toThrow('a mistake');
  expect(() => told((_, { schedule }) => schedule(failing, 10))).toThrow('a mistake');
  // A subscriber without an error handler.
  expect(() => told(() => timer(10).subscribe(failing))).toThrow('a mistake');
  expect(asyncScheduler.now()).toBeGreaterThan(1_000_000_000_000);
  await new Promise<void>((resolve) => {
    timer(1).subscribe(() => resolve());
  });
});

test('RxJS schedules in real time again what was left for soon', async () => {
  const time = virtualTime();
  let called = 0;
  time.run(() => {
    time.schedule(() => {
      of(0)
        .pipe(observeOn(asapScheduler))
        .subscribe(() => (called += 1));
      time.stop();
    });
  });
  expect(called).toBe(1);
  await new Promise<void>((resolve) => {
    of(0)
      .pipe(observeOn(asapScheduler))
      .subscribe(() => resolve());
  });
});

test('a timer of real time can be unsubscribed in virtual time, and is not called', async () => {
  let called = 0;
  const started = timer(1).subscribe(() => (called += 1));
  const soon = asapScheduler.schedule(() => (called += 1));
  virtualTime().run(() => {
    started.unsubscribe();
    soon.unsubscribe();
  });
  await new Promise<void>((resolve) => {
    timer(5).subscribe(() => resolve());
  });
  expect(called).toBe(0);
});

const endless = () =>
  told((_, { schedule }) => {
    const again = () => {
      schedule(again);
    };
    schedule(again, 7);
  });

test('a time that does not pass is an error', () => {
  expect(endless).toThrow(EndlessTimeError);
  expect(endless).toThrow('100001 timers were due at 7 ms, one after the other, and the time does not pass');
});

test('as many timers at different times are none', () => {
  const time = virtualTime();
  time.run(() => interval(1).pipe(take(200_000)).subscribe());
  expect(time.now()).toBe(200_000);
});

test('a virtual time inside another, or inside a TestScheduler, is refused', () => {
  expect(() => told(() => virtualTime().run(() => {}))).toThrow('one virtual time cannot run inside another');
  new TestScheduler(() => {}).run(() => {
    expect(() => virtualTime().run(() => {})).toThrow('expected real time, and a simulation or a TestScheduler');
  });
});
