import { expect, test, vi } from 'vitest';
import { sharedListener } from '../../src/control/sharedListener.js';

type Listen = () => Promise<() => void>;

const refused = new Error('it is taken');

/** A cluster that asks for a listener, and what is reported to it. */
const user = (key: string, listen: Listen) => {
  const reports: unknown[] = [];
  return { reports, close: sharedListener(key, (error) => reports.push(error), listen) };
};

test('what prevents it is reported to each cluster that asks, also to one that asks later', async () => {
  const listen = vi.fn<Listen>(() => Promise.reject(refused));
  const [first, second, gone] = [user('a', listen), user('a', listen), user('a', listen)];
  gone.close();
  await vi.waitFor(() => expect([first.reports, second.reports]).toEqual([[refused], [refused]]));
  expect(gone.reports).toEqual([]);
  const later = user('a', listen);
  expect(later.reports).toEqual([refused]);
  expect(listen).toHaveBeenCalledTimes(1);
  for (const { close } of [first, second, later]) close();
});

test('when all have left it is tried again, and the listener that is shared ends with the last cluster', async () => {
  const end = vi.fn<() => void>();
  const failed = user('b', () => Promise.reject(refused));
  await vi.waitFor(() => expect(failed.reports).toEqual([refused]));
  failed.close();
  const listen = vi.fn<Listen>(() => Promise.resolve(end));
  const [one, other] = [user('b', listen), user('b', listen)];
  await vi.waitFor(() => expect(listen).toHaveBeenCalledTimes(1));
  one.close();
  one.close();
  expect(end).not.toHaveBeenCalled();
  other.close();
  await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1));
  expect(listen).toHaveBeenCalledTimes(1);
  expect([one.reports, other.reports]).toEqual([[], []]);
});
