import { concat, filter, NEVER, of, retry } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventDraft, WorkerDraft } from '../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../src/host/host.js';
import { is } from '../../src/api/is.js';
import { retireOnSigterm, replacements$ } from '../../src/streams/replacements.js';
import { counted, marbles, puppet, ref, stamped } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

const worker = ref({ id: 7, slot: 2 });
const request: CoreEvent = { ...stamped({ type: 'replace-request', worker, why: 'SIGTERM' }), seq: 9 };
const shutdown: EventDraft = { type: 'shutdown', force: false, why: 'SIGTERM' };

describe('a worker that asks to be replaced', () => {
  marbles('is, by a restart of its slot that is only for it', ({ hot, expectObservable }) => {
    const events = hot('  --p--', { p: request });
    const expected = '    --w--';

    const why = 'worker 7, which got SIGTERM';
    const w = { type: 'restart', request: 'SIGTERM#9', why, slot: 2, worker };
    const state$ = concat(of(counted(2)), NEVER);
    for (const respawn of ['permanent', retry<WorkerDraft>(1)] as const) {
      const asked = replacements$(clusterOptions({ respawn }), { on: (type) => events.pipe(filter(is(type))), state$ });
      expectObservable(asked).toBe(expected, { w });
    }
  });

  marbles('is not during a shutdown, nor where no worker that leaves is replaced', ({ hot, expectObservable }) => {
    const events = hot('  --p--', { p: request });
    const on = <T extends CoreEvent['type']>(type: T) => events.pipe(filter(is(type)));

    const stopped = concat(of(counted(2, shutdown)), NEVER);
    expectObservable(replacements$(clusterOptions(), { on, state$: stopped })).toBe('-');
    const state$ = concat(of(counted(2)), NEVER);
    for (const respawn of ['temporary', 'transient'] as const)
      expectObservable(replacements$(clusterOptions({ respawn }), { on, state$ })).toBe('|');
  });

  marbles('is asked to leave at once where it is not replaced', ({ cold, expectObservable }) => {
    const { process, orders$ } = puppet();
    const acts: Readonly<Record<string, ProcessEvent>> = {
      f: { type: 'fork', process },
      p: { type: 'replace-request', why: 'SIGTERM' },
      g: { type: 'leaving', why: 'SIGTERM' },
      x: { type: 'exit', code: 0, signal: null, spawn: false },
    };
    const life = cold('   f---p-----x|', acts);
    const orders = '      ----d-------';
    const left = '        f---(pg)--x|';
    const host = { fork: () => life, signal: () => NEVER, random: () => 0.5, now: () => 0 };
    const slotRef = { cluster: 'test', slot: 1, generation: 1 };

    expectObservable(orders$).toBe(orders);
    expectObservable(retireOnSigterm(host, { respawn: 'transient' }).fork(slotRef)).toBe(left, acts);
    expectObservable(retireOnSigterm(host, { respawn: 'permanent' }).fork(slotRef)).toBe('f---p-----x|', acts);
  });
});
