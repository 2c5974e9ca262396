import { NEVER, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../src/host/host.js';
import { cluster$ } from '../../src/streams/cluster.js';
import { letterOf } from '../../src/drawing/alphabet.js';
import { now, puppet } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

/** What the process does; `c`: it ends with the code 1. */
const acts: Readonly<Record<string, ProcessEvent>> = {
  f: { type: 'fork', process: puppet().process },
  o: { type: 'online' },
  m: { type: 'message', message: 'hello' },
  g: { type: 'leaving', why: 'disconnected' },
  d: { type: 'disconnect' },
  c: { type: 'exit', code: 1, signal: null, spawn: false },
};

/** A cluster of one worker, whose process does what it is told to; `X` is the wish for a shutdown. */
const play = () => {
  const process$ = new Subject<ProcessEvent>();
  const commands$ = new Subject<ClusterCommand>();
  const told: string[] = [];
  const act = (letter: string) => {
    const event = acts[letter];
    if (event === undefined) commands$.next({ type: 'shutdown', force: false, why: 'asked' });
    else process$.next(event);
    if (letter === 'c') process$.complete();
  };
  /** The letters of what is told; `answers` says what happens inside the very `next` that tells of something. */
  const acted = (script: string, answers: Readonly<Record<string, string>> = {}, lets = Infinity) => {
    const host = { fork: () => process$, signal: () => NEVER, random: () => 0.5, now };
    const rules = clusterOptions({ worker: 1, ready: 'online', respawn: 'temporary' });
    const subscription = cluster$(host, rules, commands$).subscribe((event) => {
      const letter = letterOf(event);
      told.push(letter);
      if (told.length === lets) subscription.unsubscribe();
      for (const answer of answers[letter] ?? '') act(answer);
    });
    for (const letter of script) act(letter);
    subscription.unsubscribe();
    return told.join('');
  };
  return acted;
};

test('a message keeps its place in the life of its worker', () => {
  expect(play()('fmommdmc')).toBe('fmorSmmdmxyVX');
});

test('a message comes through while its worker leaves, asked or on its own, and never after its exit', () => {
  expect(play()('foXmdmcm')).toBe('forSXtmdmx');
  expect(play()('fogmdmcm')).toBe('forSgymdmxyVX');
});

test('a message that arrives while an event is delivered waits its turn', () => {
  expect(play()('fomc', { f: 'm', r: 'm', d: 'm' })).toBe('fmorSmmxyVX');
  expect(play()('fodc', { d: 'm' })).toBe('forSdmxyVX');
  expect(play()('foc', { x: 'm' })).toBe('forSxyVX');
});

test('a message is not emitted after the cluster has been unsubscribed', () => {
  expect(play()('fommmm', {}, 6)).toBe('forSmm');
});
