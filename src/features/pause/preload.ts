/** Takes this worker out of rotation and puts it back, as the master tells it. */
import * as connections from '../../worker/preload/connections.js';
import * as drain from '../../worker/preload/drain.js';
import * as handles from '../../worker/preload/listeningHandles.js';
import * as leaving from '../../worker/preload/leaving.js';
import { featureChannel } from '../../worker/preload/masterChannel.js';
import * as text from '../../worker/preload/text.js';
import { isTurn, name, type TurnedFrame, type TurnFrame } from './frames.js';

const { send, onFrame } = featureChannel(name);

/** Stops closing idle connections; `undefined` while the worker is not paused. */
let stopClosing: (() => void) | undefined;
/** What it has been told and has not answered. */
const turns: TurnFrame[] = [];

const answer = (accepts: boolean, why?: string): void => {
  const turn = turns.shift();
  if (turn !== undefined) send({ n: turn.n, accepts, ...(why !== undefined && { why }) } satisfies TurnedFrame);
  if (turns.length > 0) next();
};

/** What is thrown is the answer: without one, all turns behind this one would wait for ever. */
const answering =
  <A extends readonly unknown[]>(accepts: boolean, act: (...args: A) => void) =>
  (...args: A): void => {
    try {
      act(...args);
    } catch (thrown) {
      answer(accepts, text.describe(thrown).message);
    }
  };

const stopped = answering(true, (why?: string) => {
  if (why !== undefined) return answer(true, why);
  if (stopClosing === undefined) {
    const servers = drain.listeningServers();
    connections.endWithLastAnswer(servers);
    stopClosing = connections.closeIdle(leaving.graceMs() ?? connections.defaultGraceMs(servers));
  }
  answer(false);
});

const resumed = answering(false, (why?: string) => {
  if (why !== undefined) return answer(false, why);
  stopClosing?.();
  if (stopClosing !== undefined && !drain.isDraining()) connections.keepOpen();
  stopClosing = undefined;
  answer(true);
});

const pause = answering(true, () => handles.stop(stopped));
const resume = answering(false, () => handles.resume(resumed));

/** One after the other: to listen again takes some turns of the event loop. */
const next = (): void => (turns[0]?.accept === true ? resume() : pause());

export const start = (): void => {
  handles.follow();
  onFrame((body) => {
    if (!isTurn(body)) return;
    turns.push(body);
    if (turns.length === 1) next();
  });
};
