import { map } from 'rxjs';
import { answered } from '../../../src/operators/messages/answered.js';
import type { ConversationFrame } from '../../../src/channel/conversations.js';
import { marbles } from '../../marbles.js';

const frames: Readonly<Record<string, ConversationFrame>> = {
  a: { type: 'answer', id: 1, message: 'yes' },
  f: { type: 'fail', id: 1, why: 'ill' },
  g: { type: 'disconnected' },
};

/** `a` for a reply, otherwise the first character of the reason. */
const ends = map(
  (answer: { readonly error?: { readonly reason: string } | undefined }) => answer.error?.reason[0] ?? 'a',
);

marbles(
  'a request has one result: the reply, a failure, a disconnect or a timeout',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const answering = cold('---a      ', frames);
    const failing = cold('  --f       ', frames);
    const leaving = cold('  ---g      ', frames);
    const silent = cold('   ----------', frames);
    const late = cold('     -------a  ', frames);

    expectObservable(answering.pipe(answered(5), ends)).toBe('---(a|)');
    expectObservable(failing.pipe(answered(5), ends)).toBe('  --(f|)');
    expectObservable(leaving.pipe(answered(5), ends)).toBe('  ---(g|)');
    expectObservable(silent.pipe(answered(5), ends)).toBe('   -----(t|)');
    expectObservable(late.pipe(answered(5), ends)).toBe('     -----(t|)');
    expectSubscriptions(answering.subscriptions).toBe('^--!');
    expectSubscriptions(late.subscriptions).toBe('     ^----!');
  },
);

marbles('a request without a timeout waits', ({ cold, expectObservable }) => {
  const frame$ = cold('90000ms a', frames);
  expectObservable(frame$.pipe(answered(Infinity), ends)).toBe('90000ms (a|)');
});
