import { expect, test } from 'vitest';
import { signal } from '../../src/host/signal.js';

const listeners = () => process.listenerCount('SIGUSR2');

test('all subscribers of a signal share one listener of the process, which is removed with the last of them', () => {
  const before = listeners();
  const heard: string[] = [];
  const subscriptions = ['a', 'b'].map((who) => signal('SIGUSR2').subscribe((name) => heard.push(`${who} ${name}`)));

  expect(listeners()).toBe(before + 1);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(heard).toEqual(['a SIGUSR2', 'b SIGUSR2']);

  subscriptions[0]?.unsubscribe();
  expect(listeners()).toBe(before + 1);
  subscriptions[1]?.unsubscribe();
  expect(listeners()).toBe(before);
});

test('a subscriber that comes after the last one has unsubscribed receives the signal', () => {
  signal('SIGUSR2').subscribe().unsubscribe();
  const heard: string[] = [];
  const subscription = signal('SIGUSR2').subscribe((name) => heard.push(name));
  process.emit('SIGUSR2', 'SIGUSR2');
  subscription.unsubscribe();
  expect(heard).toEqual(['SIGUSR2']);
});
