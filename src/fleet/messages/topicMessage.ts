/** With this a worker asks its master to publish to the workers of all hosts: worker/api/fleetTopics. */
export const publishCommand = 'fleet.publish';
/** What workers receive under a topic. */
export const topicCommand = 'fleet.topic';

/** A topic has so many characters at most. */
export const maxTopicLength = 255;

export interface TopicMessage {
  readonly topic: string;
  readonly data: unknown;
}

/** Reads what another host, or a worker, has sent. Accepts any value; `undefined`: it is no such message. */
export const readTopicMessage = (value: unknown): TopicMessage | undefined => {
  if (typeof value !== 'object' || value === null || !('topic' in value)) return undefined;
  const { topic } = value;
  if (typeof topic !== 'string' || topic === '' || topic.length > maxTopicLength) return undefined;
  return { topic, data: 'data' in value ? value.data : undefined };
};
