import * as fc from 'fast-check';
import { map, merge, mergeMap, NEVER, type Observable, Subject, throwError, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { answerRequests, type AskWorkers } from '../../../src/fleet/messages/answerRequests.js';
import { readAnswer, readAsk, type HostAnswer } from '../../../src/fleet/messages/askMessage.js';
import { relayTopics } from '../../../src/fleet/messages/relayTopics.js';
import { requestAll } from '../../../src/fleet/messages/requestAll.js';
import { readTopicMessage } from '../../../src/fleet/messages/topicMessage.js';
import { publish, topic$ } from '../../../src/fleet/messages/topics.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import { StoreUnreachableError } from '../../../src/fleet/store/errors.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

type Servers = ReturnType<typeof simulatedStore>;

const at = (ms: number, act: () => void) => timer(ms).subscribe(act);

/** What the workers of a host receive, and what could not be published. */
const relayed = (servers: Servers, host: string, published$: Observable<unknown>): Observable<string> => {
  const got$ = new Subject<string>();
  const settled = (error?: Error) => got$.next(error?.message ?? 'passed on');
  const relay$ = relayTopics(servers.host(host), {
    published$: published$.pipe(map((message) => ({ message, settled }))),
    deliver: ({ topic, data }) => got$.next(`${topic}=${String(data)}`),
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
    const names = { a: 'price of 1.5=7', b: 'stock=8', p: 'passed on' };
    expectObservable(relayed(servers, 'one', published), '50ms !').toBe('-p-ap-b', names);
    expectObservable(relayed(servers, 'two', NEVER), '50ms !').toBe('---a--b', names);
  });

  marbles('what is published while the store is away is lost, and said', ({ hot, expectObservable }) => {
    const servers = simulatedStore({ notices: 2 });
    servers.cut('one');
    const published = hot('-----a', { a: { topic: 'stock', data: 8 } });
    expectObservable(relayed(servers, 'one', published), '50ms !').toBe('-----e', { e: 'not connected' });
  });

  marbles(
    'what cannot be published is refused with the reason, and the next is published',
    ({ hot, expectObservable }) => {
      const servers = simulatedStore();
      const published = hot('-abcd-', {
        a: { topic: 'big', data: 'x'.repeat(300_000) },
        b: 'nonsense',
        c: { topic: 'count', data: 7n },
        d: { topic: 'stock', data: 8 },
      });
      expectObservable(relayed(servers, 'one', published), '50ms !').toBe('-abcp-d', {
        a: "topic 'big': expected 262144 characters of JSON at most, got 300025",
        b: 'topic: expected a text of 1 to 255 characters, in a message of a worker',
        c: "topic 'count': expected data that is JSON; TypeError: Do not know how to serialize a BigInt",
        d: 'stock=8',
        p: 'passed on',
      });
    },
  );

  marbles('what another host sends and is no message is ignored', ({ expectObservable }) => {
    const servers = simulatedStore();
    at(10, () => servers.host('two').publish('topic.stock', { topic: 5 }).subscribe());
    expectObservable(relayed(servers, 'one', NEVER), '50ms !').toBe('');
  });
});

describe('publish and topic$', () => {
  marbles(
    'a program publishes to the workers of all hosts, and hears what they publish',
    ({ hot, expectObservable }) => {
      const servers = simulatedStore();
      const program = servers.host('program');
      const published = hot('----a', { a: { topic: 'price', data: 8 } });
      const sent$ = timer(1).pipe(mergeMap(() => publish(program, 'price', 7)));
      at(6, () => servers.host('two').publish('topic.price', 'nonsense').subscribe());
      at(7, () => publish(program, 'stock', 9).subscribe());
      expectObservable(sent$).toBe('-|');
      expectObservable(relayed(servers, 'one', published), '50ms !').toBe('---ap-b--c', {
        a: 'price=7',
        b: 'price=8',
        c: 'stock=9',
        p: 'passed on',
      });
      expectObservable(topic$(program, 'price'), '50ms !').toBe('---a--b', { a: 7, b: 8 });
    },
  );

  marbles('without the store it is an error', ({ expectObservable }) => {
    const servers = simulatedStore({ notices: 2 });
    servers.cut('program');
    const sent$ = timer(5).pipe(mergeMap(() => publish(servers.host('program'), 'price', 7)));
    expectObservable(sent$).toBe('-----#', {}, new StoreUnreachableError('not connected'));
  });

  test('a topic is a text of 1 to 255 characters', () => {
    const store = simulatedStore().host('program');
    for (const topic of ['', 'x'.repeat(256)]) {
      expect(() => publish(store, topic, 1)).toThrow('publish(): expected a topic of 1 to 255 characters');
      expect(() => topic$(store, topic)).toThrow('topic$(): expected a topic of 1 to 255 characters');
    }
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
