import { map } from 'rxjs';
import { topicRouter, type TopicMessage } from '../../src/channel/topicRouter.js';
import { marbles } from '../marbles.js';

const topic = 'prices';
const other = '__proto__';
const written: Readonly<Record<string, TopicMessage>> = {
  p: { from: 1, letter: { type: 'publish', topic, data: 1 } },
  q: { from: 1, letter: { type: 'publish', topic: other, data: 2 } },
  j: { from: 2, letter: { type: 'join', topic } },
  k: { from: 3, letter: { type: 'join', topic } },
  o: { from: 3, letter: { type: 'join', topic: other } },
  l: { from: 2, letter: { type: 'leave', topic } },
  g: { from: 3, letter: { type: 'gone' } },
};

marbles(
  'what is published goes to those who have joined its topic, and to nobody else',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  p-j-pkp---l-p-o-q-g-p-q|', written);
    const expected = '    ----2-(23)--3---3------|';

    expectObservable(
      source.pipe(
        topicRouter(),
        map(({ to }) => String(to)),
      ),
    ).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe('^----------------------!');
  },
);
