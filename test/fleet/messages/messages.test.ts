import * as fc from 'fast-check';
import { map, merge, mergeMap, NEVER, type Observable, Subject, throwError, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { answerRequests, type AskWorkers } from '../../../src/fleet/messages/answerRequests.js';
import { readAnswer, readAsk, type HostAnswer } from '../../../src/fleet/messages/askMessage.js';
import { relayTopics } from '../../../src/fleet/messages/relayTopics.js';
import { requestAll } from '../../../src/fleet/messages/requestAll.js';
import { readTopicMessage } from '../../../src/fleet/messages/topicMessage.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

type Servers = ReturnType<typeof simulatedStore>;

const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

/** What the workers of a host receive, and what could not be published. */
const relayed = (servers: Servers, host: string, published$: Observable<unknown>): Observable<string> => {
  const got$ = new Subject<string>();
  const relay$ = relayTopics(servers.host(host), {
    published$,
    deliver: ({ topic, data }) => got$.next(`${topic}=${String(data)}`),
    failed: (error) => got$.next(error instanceof Error ? error.name : 'failed'),
  });
  return merge(got$, relay$);
};

describe('relayTopics', () => {
  marbles('what a worker publishes reaches all hosts once, its own too', ({ hot, expectObservable }) => {
    const servers = simulatedStore();
    const published = hot(' -a--b-', {
      a: { cmd: 'fleet.publish', topic: 'price of 1.5', data: 7 },
      b: { cmd: 'fleet.publish', topic: 'stock', data: 8 },
    });
    const names = { a: 'price of 1.5=7', b: 'stock=8' };
    expectObservable(relayed(servers, 'one', published), '50ms !').toBe('---a--b', names);
    expectObservable(relayed(servers, 'two', NEVER), '50ms !').toBe('---a--b', names);
  });

  marbles('what is published while the store is away is lost, and said', ({ hot, expectObservable }) => {
    const servers = simulatedStore({ notices: 2 });
    servers.cut('one');
    const published = hot('-----a', { a: { topic: 'stock', data: 8 } });
    expectObservable(relayed(servers, 'one', published), '50ms !').toBe('-----e', { e: 'StoreUnreachableError' });
  });

  marbles('too much data is refused, and what is no message is ignored', ({ hot, expectObservable }) => {
    const servers = simulatedStore();
    const published = hot('-abc-', { a: { topic: 'big', data: 'x'.repeat(300_000) }, b: 'nonsense', c: { topic: '' } });
    expectObservable(relayed(servers, 'one', published), '50ms !').toBe('-e', { e: 'Error' });
    at(10, () => servers.host('two').publish('topic.stock', { topic: 5 }).subscribe());
  });
});

const member = (host: string): MemberRecord => ({
  format: 1,
  host,
  instance: host,
  pid: 1,
  version: '2.0.0',
  since: 0,
  services: {},
});

/** A host with one worker, which replies after 3 ms. */
const answering = (servers: Servers, host: string, askWorkers: AskWorkers): Observable<never> => {
  const store = servers.host(host);
  return merge(
    store.create('members', host, member(host)).pipe(mergeMap(() => NEVER)),
    answerRequests(store, host, askWorkers),
  );
};
const replying: AskWorkers = (message) =>
  timer(3).pipe(map(() => ({ cluster: 'shop', slot: 1, reply: `to ${String(message)}` })));

const shown = (answers$: Observable<HostAnswer>): Observable<string> =>
  answers$.pipe(
    map(({ host, replies, error }) => `${host}: ${error ?? replies.map((one) => one.error ?? one.reply).join(' ')}`),
  );

describe('requestAll', () => {
  marbles('emits the answers of all hosts and completes with the last one', ({ expectObservable }) => {
    const servers = simulatedStore();
    answering(servers, 'one', replying).subscribe();
    answering(servers, 'two', replying).subscribe();
    const answers$ = timer(10).pipe(mergeMap(() => requestAll(servers.host('me'), 'hello')));
    expectObservable(shown(answers$)).toBe('19ms (ab|)', { a: 'one: to hello', b: 'two: to hello' });
  });

  marbles('says who has not answered in time', ({ expectObservable }) => {
    const servers = simulatedStore();
    answering(servers, 'one', replying).subscribe();
    answering(servers, 'two', () => NEVER).subscribe();
    const answers$ = timer(10).pipe(mergeMap(() => requestAll(servers.host('me'), 'hello', { timeout: 50 })));
    expectObservable(shown(answers$)).toBe('19ms a 42ms (b|)', {
      a: 'one: to hello',
      b: 'two: no answer within 50 ms',
    });
  });

  marbles('a host that cannot ask its workers says why', ({ expectObservable }) => {
    const servers = simulatedStore();
    answering(servers, 'one', () => throwError(() => new Error('expected a running cluster'))).subscribe();
    const answers$ = timer(10).pipe(mergeMap(() => requestAll(servers.host('me'), 'hello')));
    expectObservable(shown(answers$)).toBe('16ms (a|)', { a: 'one: expected a running cluster' });
  });

  marbles('completes at once in a fleet without members', ({ expectObservable }) => {
    expectObservable(shown(requestAll(simulatedStore().host('me'), 'hello'))).toBe('--|');
  });

  test('refuses a wrong timeout', () => {
    expect(() => requestAll(simulatedStore().host('me'), 'hello', { timeout: 0 })).toThrow(
      'requestAll().timeout: expected a time in ms from 1 to 600000, got 0',
    );
  });

  marbles('a host has 100 requests in progress at most', ({ expectObservable }) => {
    const servers = simulatedStore();
    const store = servers.host('me');
    answering(servers, 'one', () => NEVER).subscribe();
    for (let n = 1; n <= 101; n += 1) store.publish('ask', { id: `ask${n}`, message: 1, timeout: 5 }).subscribe();
    const answers$ = store
      .subscribe('answer.*')
      .pipe(map(({ subject, value }) => `${subject} ${readAnswer(value)?.error}`));
    expectObservable(answers$, '50ms !').toBe('----a', { a: 'answer.ask101 100 requests are in progress' });
  });
});

test('whatever another host sends is read or ignored', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const read of [readAsk, readAnswer, readTopicMessage]) read(value);
    }),
  );
  expect(readAsk({ id: 'a.b', message: 1, timeout: 5 })).toBeUndefined();
  expect(readAnswer({ host: 'one', replies: [{ cluster: 'shop' }] })).toBeUndefined();
  expect(readAnswer({ host: 'one', replies: [{ cluster: 'shop', slot: 1, reply: 2 }] })).toEqual({
    host: 'one',
    replies: [{ cluster: 'shop', slot: 1, reply: 2 }],
  });
});
