import { map } from 'rxjs';
import { answered } from '../../../src/operators/messages/answered.js';
import type { ConversationFrame } from '../../../src/channel/conversations.js';
import { marbles } from '../../marbles.js';

const letters: Readonly<Record<string, ConversationFrame>> = {
  a: { type: 'answer', id: 1, message: 'yes' },
  f: { type: 'fail', id: 1, why: 'ill' },
  g: { type: 'disconnected' },
};

/** `a` for an answer, else the first letter of the reason. */
const ends = map(
  (answer: { readonly error?: { readonly reason: string } | undefined }) => answer.error?.reason[0] ?? 'a',
);

marbles(
  'a request has one end: the answer, a failure, that who was asked has gone, or its time',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const answering = cold('---a      ', letters);
    const failing = cold('  --f       ', letters);
    const leaving = cold('  ---g      ', letters);
    const silent = cold('   ----------', letters);
    const late = cold('     -------a  ', letters);

    expectObservable(answering.pipe(answered(5), ends)).toBe('---(a|)');
    expectObservable(failing.pipe(answered(5), ends)).toBe('  --(f|)');
    expectObservable(leaving.pipe(answered(5), ends)).toBe('  ---(g|)');
    expectObservable(silent.pipe(answered(5), ends)).toBe('   -----(t|)');
    expectObservable(late.pipe(answered(5), ends)).toBe('     -----(t|)');
    expectSubscriptions(answering.subscriptions).toBe('^--!');
    expectSubscriptions(late.subscriptions).toBe('     ^----!');
  },
);

marbles('a request without a time waits', ({ cold, expectObservable }) => {
  const letter = cold('90000ms a', letters);
  expectObservable(letter.pipe(answered(Infinity), ends)).toBe('90000ms (a|)');
});
