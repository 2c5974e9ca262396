import { EMPTY, NEVER, type Observable } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventDraft, ClusterCommand } from '../../src/vocabulary/events.js';
import { clusterState } from '../../src/state/clusterState.js';
import { loop } from '../../src/operators/general/loop.js';
import { controls$ } from '../../src/streams/controls.js';
import { asLetters, marbles, now } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

/** `r`: restart, `s`: shutdown, `f`: the same by force. */
const commands: Readonly<Record<string, ClusterCommand>> = {
  r: { type: 'restart', request: 'one', why: 'asked' },
  s: { type: 'shutdown', force: false, why: 'asked' },
  f: { type: 'shutdown', force: true, why: 'forced' },
};

interface Around {
  readonly commands$?: Observable<ClusterCommand>;
  readonly signals$?: Readonly<Record<string, Observable<string>>>;
  readonly signals?: ReturnType<typeof clusterOptions>['signals'];
  readonly shutdownAfter?: Observable<unknown>;
}

/** Who asks is heard by the cluster: a shutdown is remembered. */
const controlled = ({
  commands$ = NEVER,
  signals$ = {},
  signals = clusterOptions().signals,
  shutdownAfter = EMPTY,
}: Around) =>
  loop(
    () => {
      let seq = 0;
      const stamp = (draft: EventDraft): CoreEvent => {
        seq += 1;
        return { ...draft, time: 0, seq, cluster: 'test' };
      };
      return { stamp, ...clusterState(1) };
    },
    (feedback) =>
      controls$({ signal: (name) => signals$[name] ?? NEVER, now }, { signals, shutdownAfter }, commands$, feedback),
  );
const told = (around: Around) => controlled(around).pipe(asLetters());

describe('a signal', () => {
  marbles('is emitted, and so is the command that it stands for', ({ hot, expectObservable, expectSubscriptions }) => {
    const SIGUSR2 = hot('  --u----------u----');
    const SIGUSR2Subs = '  ^-----------------';
    const SIGTERM = hot('  -------t----------');
    const SIGTERMSubs = '  ^-----------------';
    const expected = '     --(IR)-(IX)--(IR)-';

    expectObservable(told({ signals$: { SIGUSR2, SIGTERM } })).toBe(expected);
    expectSubscriptions(SIGUSR2.subscriptions).toBe(SIGUSR2Subs);
    expectSubscriptions(SIGTERM.subscriptions).toBe(SIGTERMSubs);
  });

  marbles('is named in its command', ({ hot, expectObservable }) => {
    const SIGUSR2 = hot('  --u---------------');
    const SIGQUIT = hot('  -------q----------');
    const expected = '     --(IR)-(QX)-------';

    expectObservable(controlled({ signals$: { SIGUSR2, SIGQUIT } })).toBe(expected, {
      I: { type: 'signal', signal: 'SIGUSR2', action: 'restart', time: 0, seq: 1, cluster: 'test' },
      R: { type: 'restart', request: 'SIGUSR2#1', why: 'SIGUSR2', time: 0, seq: 2, cluster: 'test' },
      Q: { type: 'signal', signal: 'SIGQUIT', action: 'force', time: 0, seq: 3, cluster: 'test' },
      X: { type: 'shutdown', force: true, why: 'SIGQUIT, forced', time: 0, seq: 4, cluster: 'test' },
    });
  });

  marbles('that only makes others reopen their files is emitted, and nothing else', ({ hot, expectObservable }) => {
    const SIGHUP = hot('   --h---');
    const expected = '     --I---';

    expectObservable(told({ signals$: { SIGHUP }, signals: { SIGHUP: 'reopen' } })).toBe(expected);
  });

  marbles('that is switched off is not handled at all', ({ hot, expectObservable, expectSubscriptions }) => {
    const SIGUSR2 = hot('  --u---');
    const SIGHUP = hot('   --h---');
    const expected = '     ------';

    expectObservable(told({ signals$: { SIGUSR2, SIGHUP }, signals: { SIGUSR2: false } })).toBe(expected);
    expectSubscriptions(SIGUSR2.subscriptions).toBe([]);
    expectSubscriptions(SIGHUP.subscriptions).toBe([]);
  });

  marbles('is not handled after unsubscribing', ({ hot, expectObservable, expectSubscriptions }) => {
    const SIGUSR2 = hot('  --u----u--');
    const SIGUSR2Subs = '  ^-----!---';
    const commands$ = hot('----------', commands);
    const unsub = '        ------!---';
    const expected = '     --(IR)----';

    expectObservable(told({ signals$: { SIGUSR2 }, commands$ }), unsub).toBe(expected);
    expectSubscriptions(SIGUSR2.subscriptions).toBe(SIGUSR2Subs);
    expectSubscriptions(commands$.subscriptions).toBe(SIGUSR2Subs);
  });
});

describe('Ctrl-C', () => {
  marbles('that comes twice at once is one', ({ hot, expectObservable }) => {
    const SIGINT = hot('   --c---c--------');
    const expected = '     --(IX)I--------';

    expectObservable(told({ signals$: { SIGINT } })).toBe(expected);
  });

  marbles('that comes again 500 ms after the first forces', ({ hot, expectObservable }) => {
    const SIGINT = hot('   --c--- 495ms cc---');
    const expected = '     --(IX) 495ms I(IX)-';

    expectObservable(told({ signals$: { SIGINT } })).toBe(expected);
  });

  marbles('never forces where it means something else', ({ hot, expectObservable }) => {
    const SIGINT = hot('   --c--- 999ms c---');
    const expected = '     --(IR) 999ms (IR)';

    expectObservable(told({ signals$: { SIGINT }, signals: { SIGINT: 'restart' } })).toBe(expected);
  });
});

describe('a command', () => {
  marbles('is passed on', ({ hot, expectObservable, expectSubscriptions }) => {
    const commands$ = hot('--r--r--s--', commands);
    const commandSubs = '  ^----------';
    const expected = '     --R--R--X--';

    expectObservable(told({ commands$ })).toBe(expected);
    expectSubscriptions(commands$.subscriptions).toBe(commandSubs);
  });

  marbles('for a shutdown that is under way asks for nothing new', ({ hot, expectObservable }) => {
    const commands$ = hot('--s--s--s--', commands);
    const expected = '     --X--------';

    expectObservable(told({ commands$ })).toBe(expected);
  });

  marbles('for a forced shutdown is accepted once, after an ordinary one', ({ hot, expectObservable }) => {
    const commands$ = hot('--s--f--f--s--', commands);
    const expected = '     --X--X--------';

    expectObservable(told({ commands$ })).toBe(expected);
  });

  marbles('for a shutdown asks for no less than one by force', ({ hot, expectObservable }) => {
    const commands$ = hot('--f--s--------', commands);
    const expected = '     --X-----------';

    expectObservable(told({ commands$ })).toBe(expected);
  });

  marbles('for a shutdown counts whether it came by a signal or not', ({ hot, expectObservable }) => {
    const SIGTERM = hot('  --t------------');
    const commands$ = hot('--------s------', commands);
    const expected = '     --(IX)---------';

    expectObservable(told({ signals$: { SIGTERM }, commands$ })).toBe(expected);
  });

  marbles('for a restart is passed on during a shutdown too', ({ hot, expectObservable }) => {
    const commands$ = hot('--s--r--', commands);
    const expected = '     --X--R--';

    expectObservable(told({ commands$ })).toBe(expected);
  });

  marbles('is the last one, and the signals are still handled', ({ hot, expectObservable, expectSubscriptions }) => {
    const SIGUSR2 = hot('  -------u--');
    const SIGUSR2Subs = '  ^---------';
    const commands$ = hot('--r--|----', commands);
    const commandSubs = '  ^----!----';
    const expected = '     --R----(IR)';

    expectObservable(told({ signals$: { SIGUSR2 }, commands$ })).toBe(expected);
    expectSubscriptions(commands$.subscriptions).toBe(commandSubs);
    expectSubscriptions(SIGUSR2.subscriptions).toBe(SIGUSR2Subs);
  });
});

describe('a shutdown with shutdownAfter', () => {
  marbles('begins when that emits', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const commands$ = hot('     --s---------', commands);
    const shutdownAfter = cold('  ----a--b--');
    const afterSubs = '         --^---!-----';
    const expected = '          ------X-----';

    expectObservable(told({ commands$, shutdownAfter })).toBe(expected);
    expectSubscriptions(shutdownAfter.subscriptions).toBe(afterSubs);
  });

  marbles('begins when that completes', ({ cold, hot, expectObservable }) => {
    const commands$ = hot('     --s---------', commands);
    const shutdownAfter = cold('  ----|     ');
    const expected = '          ------X-----';

    expectObservable(told({ commands$, shutdownAfter })).toBe(expected);
  });

  marbles('begins when that errors, which is an event', ({ cold, hot, expectObservable }) => {
    const commands$ = hot('     --s---------', commands);
    const shutdownAfter = cold('  ----#     ', undefined, new Error('the queue is gone'));
    const expected = '          ------(eX)--';

    expectObservable(told({ commands$, shutdownAfter })).toBe(expected);
  });

  marbles('begins once, however often it is asked for', ({ cold, hot, expectObservable }) => {
    const commands$ = hot('     --s-s---s---', commands);
    const shutdownAfter = cold('  ----|     ');
    const expected = '          ------X-----';

    expectObservable(told({ commands$, shutdownAfter })).toBe(expected);
  });

  marbles('begins at once by force, and not again later', ({ cold, hot, expectObservable }) => {
    const commands$ = hot('     --s-f-------', commands);
    const shutdownAfter = cold('  ----|     ');
    const expected = '          ----X-------';

    expectObservable(told({ commands$, shutdownAfter })).toBe(expected);
  });

  marbles('shows the signal that asks for it at once', ({ cold, hot, expectObservable }) => {
    const SIGTERM = hot('       --t---------');
    const shutdownAfter = cold('  ----|     ');
    const expected = '          --I---X-----';

    expectObservable(told({ signals$: { SIGTERM }, shutdownAfter })).toBe(expected);
  });
});
