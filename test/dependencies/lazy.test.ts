import {
  combineLatest,
  from,
  isObservable,
  lastValueFrom,
  map,
  merge,
  NEVER,
  Observable,
  of,
  takeUntil,
  toArray,
} from 'rxjs';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { lazy } from '../../src/dependencies/lazy.js';
import { rxjs } from '../../src/dependencies/rxjs.js';

/** A lazy stream, and how often it was created. */
const stream = () => {
  const create = vi.fn<() => Observable<number>>(
    () => new Observable<number>((subscriber) => (subscriber.next(1), subscriber.complete())),
  );
  return { create, source$: lazy(create) };
};

const all = <T>(source$: Observable<T>) => lastValueFrom(source$.pipe(toArray()));

test('nothing is created before the first use, and only once', async () => {
  const { create, source$ } = stream();
  expect(create).not.toHaveBeenCalled();
  expect(await all(source$)).toEqual([1]);
  expect(await all(source$)).toEqual([1]);
  expect(create).toHaveBeenCalledOnce();
});

test.each<[string, (source$: Observable<number>) => unknown, unknown]>([
  ['pipe', (source$) => all(source$.pipe(map((value) => value + 1))), [2]],
  ['takeUntil', (source$) => all(NEVER.pipe(takeUntil(source$))), []],
  ['merge', (source$) => all(merge(source$, of(2))), [1, 2]],
  ['combineLatest', (source$) => all(combineLatest([source$, of(2)])), [[1, 2]]],
  ['from', (source$) => all(from(source$)), [1]],
  ['forEach', (source$) => source$.forEach(() => {}), undefined],
  ['isObservable', (source$) => isObservable(source$), true],
  ['instanceof', (source$) => source$ instanceof Observable, true],
  ['in', (source$) => 'subscribe' in source$, true],
  ['identity of methods', (source$) => source$.pipe === Observable.prototype.pipe, true],
])('as the first use of a lazy stream, %s behaves as with an ordinary one', async (_, use, result) => {
  const { create, source$ } = stream();
  expect(await use(source$)).toEqual(result);
  expect(create).toHaveBeenCalledOnce();
  expect(await use(source$)).toEqual(result);
});

test('a lazy logger can be called, changed and derived from', () => {
  const lines: string[] = [];
  const create = () => pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  const changed = lazy(create);
  changed.level = 'debug';
  changed.debug('debugging');
  lazy(create).info({ order: 17 }, 'paid');
  lazy(create).child({ part: 'shop' }).warn('careful');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 20, msg: 'debugging' },
    { level: 30, order: 17, msg: 'paid' },
    { level: 40, part: 'shop', msg: 'careful' },
  ]);
  expect(changed.isLevelEnabled('debug')).toBe(true);
  expect(lazy(create).level).toBe('info');
});

test('RxJS is the copy that import gives', () => {
  expect(rxjs().Observable).toBe(Observable);
});
