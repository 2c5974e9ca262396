import { map } from 'rxjs';
import { topicRouter, type TopicMessage } from '../../src/channel/topicRouter.js';
import { marbles } from '../marbles.js';

const topic = 'prices';
const other = '__proto__';
const written: Readonly<Record<string, TopicMessage>> = {
  p: { from: 1, frame: { type: 'publish', topic, data: 1 } },
  q: { from: 1, frame: { type: 'publish', topic: other, data: 2 } },
  j: { from: 2, frame: { type: 'join', topic } },
  k: { from: 3, frame: { type: 'join', topic } },
  o: { from: 3, frame: { type: 'join', topic: other } },
  l: { from: 2, frame: { type: 'leave', topic } },
  g: { from: 3, frame: { type: 'disconnected' } },
};

marbles(
  'a published frame is delivered to the workers that have joined its topic',
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
