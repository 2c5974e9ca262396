import { filter, map, mergeMap, type Observable } from 'rxjs';
import { describe, expect } from 'vitest';
import type { Config } from '../../../src/config/options.js';
import type { PauseCommand, Result } from '../../../src/features/pause/commands.js';
import { is } from '../../../src/index.js';
import { type WorkerBehaviour, rehearse, simulatedHost } from '../../../src/testing.js';
import type { ClusterCommand } from '../../../src/vocabulary/events.js';
import { asLetters, marbles } from '../../marbles.js';

/** What was replied, in words. */
type Replies = string[];

const ask = (asked: PauseCommand['asked'], slot: number, replies: Replies = []): ClusterCommand => ({
  type: 'feature',
  feature: 'pause',
  command: { asked, slot, why: 'asked' } satisfies PauseCommand,
  reply: (result) => {
    // The feature replies with nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { outcome, slot: of, why = '' } = result as Result;
    replies.push(`${outcome} ${of} ${why}`.trim());
  },
});

/** Commands by letter: `a`, `b` and `c` pause slots 1, 2 and 3, capitals resume them. */
const commands = (replies: Replies = []): Readonly<Record<string, readonly ClusterCommand[]>> => ({
  a: [ask('pause', 1, replies)],
  b: [ask('pause', 2, replies)],
  c: [ask('pause', 3, replies)],
  d: [ask('pause', 1, replies), ask('pause', 2, replies)],
  A: [ask('resume', 1, replies)],
  B: [ask('resume', 2, replies)],
  e: [ask('pause', 1, replies), ask('resume', 1, replies)],
  R: [{ type: 'restart', request: 'r1', why: 'asked' }],
  X: [{ type: 'shutdown', force: false, why: 'asked' }],
  1: [{ type: 'scale', to: 1, why: 'asked' }],
});

/** The events of the feature, and when workers are forked and end, of a cluster of so many workers. */
const told = (
  asked$: Observable<readonly ClusterCommand[]>,
  config: Config,
  behave: (fork: number) => WorkerBehaviour = () => ({}),
): Observable<string> => {
  const host = simulatedHost({ behave: (_, fork) => behave(fork) });
  const given: Config = { minReadyTime: 1, backoff: { initial: 4, jitter: 0 }, ...config };
  return rehearse(host, given, asked$.pipe(mergeMap((some) => some))).pipe(
    filter(is('pause', 'resume', 'pause-refused', 'exit')),
    asLetters(),
  );
};

const unsub = '50ms !';

describe('a paused worker', () => {
  marbles('is out of rotation until it is resumed', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----a----A---', commands(replies));
    const expected = '  -----T----U---';

    expectObservable(told(asked, { worker: 2 }), unsub).toBe(expected);
    flush();
    expect(replies).toEqual(['paused 1', 'resumed 1']);
  });

  marbles('is paused when it has answered, and resumed when it has', ({ hot, expectObservable }) => {
    const asked = hot(' -----a----A----', commands());
    const expected = '  --------T----U--';

    expectObservable(
      told(asked, { worker: 2 }, () => ({ turns: 3 })),
      unsub,
    ).toBe(expected);
  });

  marbles(
    'is not paused again, nor resumed: that is no event, and has a result',
    ({ hot, expectObservable, flush }) => {
      const replies: Replies = [];
      const asked = hot(' -----A--a-a--A-A', commands(replies));
      const expected = '  --------T----U--';

      expectObservable(told(asked, { worker: 2 }), unsub).toBe(expected);
      flush();
      expect(replies).toEqual(['resumed 1', 'paused 1', 'paused 1', 'resumed 1', 'resumed 1']);
    },
  );

  marbles('is resumed if that was asked for before it was paused', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----e-------', commands(replies));
    const expected = '  -------T-U---';

    expectObservable(
      told(asked, { worker: 2 }, () => ({ turns: 2 })),
      unsub,
    ).toBe(expected);
    flush();
    expect(replies).toEqual(['paused 1', 'resumed 1']);
  });

  marbles('that crashes is replaced by one that is not paused', ({ hot, expectObservable }) => {
    const asked = hot(' -----a------------a--', commands());
    const expected = '  -----T----(Ux)----T--';

    expectObservable(
      told(asked, { worker: 2 }, (fork) => (fork === 1 ? { crashes: { after: 10 } } : {})),
      unsub,
    ).toBe(expected);
  });

  marbles('is replaced by a restart, as any other', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----a----R-------a--------', commands(replies));
    const expected = '  -----T--------(Ux)(xT)-----';

    expectObservable(told(asked, { worker: 2, maxSurge: 1 }), unsub).toBe(expected);
    flush();
    expect(replies).toEqual(['paused 1', 'paused 1']);
  });

  marbles('leaves in a shutdown, as any other', ({ hot, expectObservable }) => {
    const asked = hot(' -----a----X---------', commands());
    const expected = '  -----T-----(Uxx|)';

    expectObservable(told(asked, { worker: 2 })).toBe(expected);
  });

  marbles('leaves when its slot is closed', ({ hot, expectObservable }) => {
    const asked = hot(' -----b----1---------', commands());
    const expected = '  -----T-----(Ux)-----';

    expectObservable(told(asked, { worker: 2 }), unsub).toBe(expected);
  });
});

describe('the last ready worker', () => {
  marbles('is not paused', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----a----b---', commands(replies));
    const expected = '  -----T----n---';

    expectObservable(told(asked, { worker: 2 }), unsub).toBe(expected);
    flush();
    expect(replies).toEqual(['paused 1', 'refused 2 slot 2 has the last ready worker']);
  });

  marbles('is not paused either when two are asked for at once', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----d--------', commands(replies));
    const expected = '  --------(Tn)--';

    expectObservable(
      told(asked, { worker: 2 }, () => ({ turns: 3 })),
      unsub,
    ).toBe(expected);
    flush();
    expect(replies).toEqual(['paused 1', 'refused 2 slot 2 has the last ready worker']);
  });

  marbles('is not paused if the others are lost while it has not answered', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----a-----------', commands(replies));
    const expected = '  --------(nx)-----';

    expectObservable(
      told(asked, { worker: 2 }, (fork) => ({ turns: 9, ...(fork === 2 && { crashes: { after: 8 } }) })),
      '20ms !',
    ).toBe(expected);
    flush();
    expect(replies).toEqual(['refused 1 slot 1 has the last ready worker']);
  });

  marbles('is the only one of a cluster of one', ({ hot, expectObservable }) => {
    expectObservable(told(hot('-----a', commands()), { worker: 1 }), unsub).toBe('-----n');
  });

  marbles('is resumed if it is paused when all others are lost', ({ hot, expectObservable }) => {
    const asked = hot(' -----a-b------------', commands());
    const expected = '  -----T-T--(xUU)-----';

    expectObservable(
      told(asked, { worker: 3 }, (fork) => (fork === 3 ? { crashes: { after: 10 } } : {})),
      '20ms !',
    ).toBe(expected);
  });
});

/** The first worker hangs when it is paused, the second crashes meanwhile, and no other one becomes ready. */
const hangsWhilePaused = (fork: number): WorkerBehaviour => {
  if (fork === 1) return { hangs: { after: 8, for: 7_000, how: 'stopped' } };
  return fork === 2 ? { crashes: { after: 10 } } : { listening: false };
};

marbles('a worker that is put back and answers late is resumed then', ({ hot, expectObservable }) => {
  const asked = hot(' -----a', commands());
  const expected = '  -----T----x 4999ms n 1997ms U';

  expectObservable(told(asked, { worker: 2, health: false }, hangsWhilePaused), '9s !').toBe(expected);
});

marbles('and no second time if it was asked again meanwhile', ({ hot, expectObservable, flush }) => {
  const replies: Replies = [];
  const asked = hot(' -----a 5999ms A', commands(replies));
  const expected = '  -----T----x 4999ms n 1997ms U';

  expectObservable(told(asked, { worker: 2, health: false }, hangsWhilePaused), '9s !').toBe(expected);
  flush();
  expect(replies).toEqual(['paused 1', 'resumed 1']);
});

/** A pause of slot 1 that is refused, and the reply. */
const because = (
  sentence: string,
  when: string,
  expected: string,
  why: string,
  config: Config,
  behave?: (fork: number) => WorkerBehaviour,
) =>
  marbles(sentence, ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    expectObservable(told(hot(when, commands(replies)), config, behave), unsub).toBe(expected);
    flush();
    expect(replies).toEqual([`refused 1 ${why}`]);
  });

describe('a pause is refused', () => {
  because('before the worker is ready', '-a', '-n', 'slot 1 has no ready worker', { worker: 2 });
  because('without the preload', '-----a', '-----n', 'with `preload: false` nothing in the worker can do it', {
    worker: 2,
    preload: false,
  });
  because('if the worker cannot do it', '-----a', '-----n', 'it cannot', { worker: 2 }, () => ({
    cannotPause: 'it cannot',
  }));
  because(
    'if the worker ends before it has answered',
    '-----a',
    '10ms (nx)',
    'worker 1 (slot 1, pid 1001) leaves',
    { worker: 2 },
    (fork) => (fork === 1 ? { turns: Infinity, crashes: { after: 10 } } : {}),
  );

  marbles('if the worker does not answer, and the next command is carried out', ({ hot, expectObservable, flush }) => {
    const replies: Replies = [];
    const asked = hot(' -----ab----', commands(replies));
    const expected = '  5005ms (nT)';
    // Slot 2 answers in 0 ms.
    expectObservable(
      told(asked, { worker: 2 }, (fork) => (fork === 1 ? { turns: Infinity } : {})),
      '5100ms !',
    ).toBe(expected);
    flush();
    expect(replies).toEqual(['refused 1 it has not answered within 5000 ms', 'paused 2']);
  });

  marbles('in a shutdown', ({ hot, expectObservable }) => {
    const asked = hot(' -----X-a----', commands());
    const expected = '  -------n--(xx|)';
    expectObservable(told(asked, { worker: 2 }, () => ({ leaves: 5 }))).toBe(expected);
  });
});

marbles('a paused worker does not count as one that serves', ({ hot, expectObservable }) => {
  const host = simulatedHost({ behave: (_, fork) => (fork === 2 ? { crashes: { after: 20 } } : {}) });
  const asked = hot('-----a', commands()).pipe(mergeMap((some) => some));
  // Its departure counts who else serves: without the pause there would be one.
  const serving = rehearse(host, { worker: 3, minReadyTime: 1 }, asked).pipe(
    filter(is('departure')),
    map(({ others }) => others.serving),
  );
  expectObservable(serving, '30ms !').toBe('20ms 1', { 1: 1 });
});
