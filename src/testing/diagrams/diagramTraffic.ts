/** The rows of what travels between workers and master beside messages: requests, observed streams, topics. */

/** Whether it is a request to all workers, such as `request 8ms`, with its timeout. */
export const isRequest = (name: string): boolean => request.test(name);

const request = /^request ([1-9]\d{0,6})ms$/;

/** The timeout of a request. */
export const timeoutOf = (name: string): number => Number(request.exec(name)?.[1] ?? Infinity);

/** Whether it observes a stream of each worker, such as `observe 5ms`: it emits a value every 5 ms. From its first `!` to the second. */
export const isObservation = (name: string): boolean => observation.test(name);

const observation = /^observe ([1-9]\d{0,6})ms$/;

/** After so many ms an observed stream emits a value, and then again and again. */
export const periodOf = (name: string): number => Number(observation.exec(name)?.[1] ?? Infinity);

/** What a worker has to do with a topic. */
export interface TopicRow {
  readonly worker: number;
  /** `publishes`: at each `!`. `subscribes`: from the first `!` to the second. */
  readonly does: 'publishes' | 'subscribes';
  readonly topic: string;
}

/** What a row such as `worker 1 publishes price` says; `undefined` for any other name. */
export const topicRowOf = (name: string): TopicRow | undefined => {
  const [, worker = '', does, topic = ''] = /^worker ([1-9]\d*) (publishes|subscribes) (\w[\w-]*)$/.exec(name) ?? [];
  return does === 'publishes' || does === 'subscribes' ? { worker: Number(worker), does, topic } : undefined;
};

/** Whether it is the name of such a row. */
export const isTraffic = (name: string): boolean =>
  isRequest(name) || isObservation(name) || topicRowOf(name) !== undefined;
