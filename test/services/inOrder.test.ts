import { concat, map, mergeMap, type Observable, take, takeUntil, timer } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { expect } from 'vitest';
import { inOrder } from '../../src/services/inOrder.js';
import { marbles } from '../marbles.js';

interface Life {
  readonly after?: string;
  /** What it does from its start on. A capital letter: it has started. */
  readonly runs: string;
  /** When it is asked to leave. It takes 2 ms, as soon as it may. */
  readonly asked?: string;
}

/** Services as their letters, what is reported, and when each of them runs. */
const running = ({ cold, hot }: RunHelpers, lives: Readonly<Record<string, Life>>) => {
  const reports: string[] = [];
  const subs: Record<string, ReturnType<typeof cold>['subscriptions']> = {};
  const services = Object.entries(lives).map(([name, { after, runs, asked = '-' }]) => {
    const asked$ = hot(asked);
    const life$ = cold(runs);
    subs[name] = life$.subscriptions;
    const run = (shutdownAfter: Observable<never>) => {
      const left$ = asked$.pipe(
        take(1),
        mergeMap(() => concat(shutdownAfter, timer(2))),
      );
      return life$.pipe(
        map((letter) => ({ type: /[A-Z]/.test(letter) ? 'started' : 'other', letter })),
        takeUntil(left$),
      );
    };
    return { name, after: after?.split(' ') ?? [], run };
  });
  const told$ = inOrder(services, (error) => reports.push(error instanceof Error ? error.message : ''));
  return { told$: told$.pipe(map(({ letter }) => letter)), reports, subs };
};

const expectRuns = (
  { expectSubscriptions }: RunHelpers,
  subs: ReturnType<typeof running>['subs'],
  runs: Readonly<Record<string, string | readonly string[]>>,
) => {
  for (const [name, run] of Object.entries(runs))
    expectSubscriptions(subs[name] ?? []).toBe(typeof run === 'string' ? run : [...run]);
};

marbles('services that need nobody start at once', (helpers) => {
  const { told$, subs } = running(helpers, { jobs: { runs: '--J--' }, web: { runs: '-W---' } });
  helpers.expectObservable(told$, '-----!').toBe('          -WJ--');
  expectRuns(helpers, subs, { jobs: '^----!', web: '^----!' });
});

marbles('a service starts when those that it is after have started, in whatever order they are written', (helpers) => {
  const { told$, subs } = running(helpers, {
    web: { after: 'jobs cache', runs: '-W---' },
    jobs: { runs: '                   --J--' },
    cache: { runs: '                  ---c-C--' },
  });
  helpers.expectObservable(told$, '-------!').toBe('--Jc-CW-');
  expectRuns(helpers, subs, { jobs: '  ^------!', cache: '^------!', web: ' -----^-!' });
});

marbles('a shutdown ends them in the reverse order, each when those after it have ended', (helpers) => {
  const { told$, subs } = running(helpers, {
    jobs: { runs: '               J------------', asked: '-----x' },
    api: { after: 'jobs', runs: ' A------------', asked: '-----x' },
    web: { after: 'api', runs: '  W------------', asked: '-----x' },
  });
  helpers.expectObservable(told$).toBe('(JAW)------|');
  expectRuns(helpers, subs, {
    jobs: '^----------!',
    api: ' ^--------!--',
    web: ' ^------!----',
  });
});

marbles('a service that is asked alone does not wait for those after it', (helpers) => {
  const { told$, subs } = running(helpers, {
    jobs: { runs: '               J------------', asked: '-----x' },
    web: { after: 'jobs', runs: ' W------------' },
  });
  helpers.expectObservable(told$, '------------!').toBe('(JW)--------');
  expectRuns(helpers, subs, { jobs: '^------!', web: '^-----------!' });
});

marbles('it does not wait either for one that is asked later', (helpers) => {
  const { told$, subs } = running(helpers, {
    jobs: { runs: '               J------------', asked: '-----x' },
    web: { after: 'jobs', runs: ' W------------', asked: '------x' },
  });
  helpers.expectObservable(told$).toBe('(JW)----|');
  expectRuns(helpers, subs, { jobs: '^------!', web: '^-------!' });
});

marbles('what waits for others is not started when they are shut down', (helpers) => {
  const { told$, reports, subs } = running(helpers, {
    jobs: { runs: '             -----J---', asked: '--x' },
    web: { after: 'jobs', runs: 'W--------' },
  });
  helpers.expectObservable(told$).toBe('----|');
  expectRuns(helpers, subs, { jobs: '^---!', web: [] });
  expect(reports).toEqual([]);
});

marbles('a service that completes by itself counts as started', (helpers) => {
  const { told$, subs } = running(helpers, {
    migration: { runs: '              --m|' },
    web: { after: 'migration', runs: '   -W|' },
  });
  helpers.expectObservable(told$).toBe('     --m-W|');
  expectRuns(helpers, subs, { migration: '^--!', web: '---^-!' });
});

marbles('a service that fails ends alone, and its error is that of the end', (helpers) => {
  const { told$, reports, subs } = running(helpers, {
    jobs: { runs: '              J--#' },
    web: { after: 'jobs', runs: 'W-----w---|' },
  });
  helpers.expectObservable(told$).toBe('(JW)--w---#');
  expectRuns(helpers, subs, { jobs: '^--!', web: '^---------!' });
  helpers.flush();
  expect(reports).toEqual(['service jobs has failed, and the others continue: error']);
});

marbles('what waits for a service that fails is not started', (helpers) => {
  const { told$, reports, subs } = running(helpers, {
    jobs: { runs: '              --#' },
    web: { after: 'jobs', runs: ' W--' },
    proxy: { after: 'web', runs: 'P--' },
    cache: { runs: '             C---|' },
  });
  helpers.expectObservable(told$).toBe('C---#');
  expectRuns(helpers, subs, { jobs: '^-!', web: [], proxy: [], cache: '^---!' });
  helpers.flush();
  expect(reports).toEqual([
    'service jobs has failed, and the others continue: error',
    'service web is not started, because jobs was not',
    'service proxy is not started, because web was not',
  ]);
});

marbles('unsubscribing ends all, and nothing is started afterwards', (helpers) => {
  const { told$, reports, subs } = running(helpers, {
    jobs: { runs: '              ---J---' },
    web: { after: 'jobs', runs: ' W------' },
  });
  helpers.expectObservable(told$, '--!').toBe('--');
  expectRuns(helpers, subs, { jobs: '^-!', web: [] });
  helpers.flush();
  expect(reports).toEqual([]);
});
