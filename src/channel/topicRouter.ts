import { defer, mergeMap, type OperatorFunction } from 'rxjs';
import type { TopicFrame } from './frames.js';

/** A topic frame of the worker with id `from`, or that the worker has disconnected. */
export interface TopicMessage {
  readonly from: number;
  readonly frame: TopicFrame | { readonly type: 'disconnected' };
}

/** A frame for the worker with id `to`. */
export interface TopicDelivery {
  readonly to: number;
  readonly frame: TopicFrame;
}

/**
 * Delivers published frames to the workers that have joined the topic.
 *
 * ```
 * worker 1       --p---p
 * worker 2       j---l--      joins, leaves
 * topicRouter()  --2----
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
      mergeMap(({ from, frame }): readonly TopicDelivery[] => {
        switch (frame.type) {
          case 'publish':
            return Array.from(topics.get(frame.topic) ?? [], (to) => ({ to, frame }));
          case 'join':
            topics.set(frame.topic, (topics.get(frame.topic) ?? new Set()).add(from));
            return [];
          case 'leave':
            leave(from, frame.topic);
            return [];
          default:
            for (const topic of Array.from(topics.keys())) leave(from, topic);
            return [];
        }
      }),
    );
  });
