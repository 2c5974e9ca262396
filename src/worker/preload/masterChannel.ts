/** The frames that this worker and its master exchange. The application does not see them. */
import type { MasterFrame, WorkerFrame } from '../../vocabulary/protocol.js';
import * as masterFrame from './masterFrame.js';
import * as text from './text.js';

/** How many errors of the preload are reported, so that one that repeats does not flood the master. */
const maxReports = 20;
let reported = 0;

/** `onWritten` is called when the frame has been written. */
const send = (frame: WorkerFrame, onWritten: () => void = () => {}): void => {
  try {
    if (process.connected) process.send?.(frame, undefined, undefined, () => onWritten());
  } catch {
    // The channel may close between the check and the call.
  }
};

const report = (message: string): void => {
  if (reported >= maxReports) return;
  reported += 1;
  send({ cmd: 'NODE_PROTEUS_CLUSTER:error', message });
};

/** Wraps a function so that it never throws, because nothing in the preload may end the worker. An error is reported to the master. */
const safely =
  <A extends readonly unknown[]>(what: string, act: (...args: A) => void) =>
  (...args: A): void => {
    try {
      act(...args);
    } catch (thrown) {
      const { name, message } = text.describe(thrown);
      report(`preload: ${what} failed: ${name}: ${message}`);
    }
  };

const receivers: ((frame: MasterFrame) => void)[] = [];

/** One listener for all parts, because each internal message of Node's passes every listener. */
const receive = (message: unknown): void => {
  if (!masterFrame.isMasterFrame(message)) return;
  const frame = masterFrame.decode(message);
  if (frame !== undefined) for (const receiver of receivers) receiver(frame);
  else if (masterFrame.isKnown(message))
    report(
      'preload: a frame of the master does not fit: expected { feature }, { drain }, { alone } or { sample }. It is ignored',
    );
};

const onFrame = (act: (frame: MasterFrame) => void): void => {
  if (receivers.length === 0) process.on('internalMessage', receive);
  receivers.push(safely('a frame of the master', act));
};

/** The frames of one feature: what its part of the preload and its part of the master send each other. */
const featureChannel = (name: string) => ({
  send: (body: unknown): void => send({ cmd: 'NODE_PROTEUS_CLUSTER:feature', feature: name, body }),
  onFrame: (act: (body: unknown) => void): void =>
    onFrame((frame) => {
      if ('feature' in frame && frame.feature === name) act(frame.body);
    }),
});

export { featureChannel, send, safely, onFrame };
