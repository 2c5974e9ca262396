import { defer, mergeMap, type OperatorFunction } from 'rxjs';
import type { TopicFrame } from './frames.js';

/** What a worker writes about topics, or that it has gone. */
export interface TopicMessage {
  readonly from: number;
  readonly letter: TopicFrame | { readonly type: 'gone' };
}

/** What is to be written to whom. */
export interface TopicDelivery {
  readonly to: number;
  readonly letter: TopicFrame;
}

/**
 * Passes on what is published, to those who have joined its topic and to nobody else.
 *
 * ```
 * worker 1       --p---p
 * worker 2       j---l--      joins, leaves
 * switchboard()  --2----
 * ```
 */
export const topicRouter = (): OperatorFunction<TopicMessage, TopicDelivery> => (written$) =>
  defer(() => {
    const topics = new Map<string, Set<number>>();
    const leave = (from: number, topic: string) => {
      const members = topics.get(topic);
      if (members?.delete(from) === true && members.size === 0) topics.delete(topic);
    };
    return written$.pipe(
      mergeMap(({ from, letter }): readonly TopicDelivery[] => {
        switch (letter.type) {
          case 'publish':
            return Array.from(topics.get(letter.topic) ?? [], (to) => ({ to, letter }));
          case 'join':
            topics.set(letter.topic, (topics.get(letter.topic) ?? new Set()).add(from));
            return [];
          case 'leave':
            leave(from, letter.topic);
            return [];
          default:
            for (const topic of Array.from(topics.keys())) leave(from, topic);
            return [];
        }
      }),
    );
  });
