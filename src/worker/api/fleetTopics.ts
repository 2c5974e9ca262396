import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { MessageError, messageOf, RequestError } from '../../vocabulary/errors.js';
import { masterConnection, rejectChannelClosed } from './masterConnection.js';
import { messages$ } from './messages.js';
import { request } from './request.js';
import { worker } from './worker.js';

// What the part of a fleet in the master understands: fleet/messages/topicMessage.
const publishCommand = 'fleet.publish';
const topicCommand = 'fleet.topic';

/** How long the master may take to pass data on, in ms. A master that is in no fleet does not answer. */
const answerTimeoutMs = 5_000;
/** For callers that do not wait. */
const maxUnanswered = 10_000;

let unanswered = 0;
/** Whether it has been said that nobody answers. Once is enough, until somebody does. */
let isSilenceReported = false;

/** Publishes data to the workers of all hosts of the fleet that the master is in. Callers need not wait, so what fails is an `error` event as well: the master reports what it was asked and could not do, and the worker the rest. */
export const publishToFleet = (topic: string, data: unknown): Promise<void> => {
  const connection = masterConnection();
  if (connection === undefined && worker === undefined) return Promise.resolve();
  if (connection?.isOpen() === false) return rejectChannelClosed('publish');
  if (unanswered >= maxUnanswered)
    throw new MessageError(
      `publish: ${maxUnanswered} publications wait to be passed on to the fleet, because publish() is not awaited. Await what publish() returns`,
    );
  unanswered += 1;
  const passedOn = passOn(topic, data).finally(() => (unanswered -= 1));
  passedOn.catch(() => {});
  return passedOn;
};

const passOn = async (topic: string, data: unknown): Promise<void> => {
  try {
    await rxjs().firstValueFrom(request({ cmd: publishCommand, topic, data }, { timeout: answerTimeoutMs }));
    isSilenceReported = false;
  } catch (error) {
    const reason = error instanceof RequestError ? error.reason : 'unsendable';
    const why = reason === 'timeout' ? silence(topic) : messageOf(error).replace(/^request: /, '');
    const problem = new MessageError(`publish: ${why}`, { cause: error });
    if (reason === 'unsendable' || (reason === 'timeout' && !isSilenceReported))
      masterConnection()?.send({ type: 'fault', why: problem.message });
    isSilenceReported = reason === 'timeout';
    throw problem;
  }
};

const silence = (topic: string): string =>
  `nobody in the master has passed topic '${topic}' on to a fleet within ${answerTimeoutMs} ms. Expected fleet() of 'proteus-cluster/fleet', or the option fleet of the configuration file`;

/** What the workers of all hosts publish under a topic. Never completes and never errors. */
export const fleetTopic$ = <D>(topic: string): Observable<D> =>
  new (rxjs().Observable)<D>((subscriber) => {
    if (masterConnection() === undefined && worker === undefined) return undefined;
    return messages$.subscribe(({ message }) => {
      // The type of the data is the caller's claim; it is not checked.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (isTopicMessage(message) && message.topic === topic) subscriber.next(message.data as D);
    });
  });

const isTopicMessage = (message: unknown): message is { readonly topic: unknown; readonly data?: unknown } =>
  typeof message === 'object' &&
  message !== null &&
  'cmd' in message &&
  message.cmd === topicCommand &&
  'topic' in message;
