import { MessageError, messageOf } from '../vocabulary/errors.js';
import type { Frame } from './frames.js';
import type { Outbox } from './outbox.js';
import type { CopiedMessage } from './copyMessage.js';

/** Adds frames to an outbox. The content of a frame is copied, so that later changes to it are not sent. */
export const frameWriter =
  (pack: (what: string, message: unknown) => CopiedMessage, { frame: add, flush }: Outbox) =>
  (frame: Frame): void => {
    const [what, content] = contentOf(frame);
    if (what === undefined) return add(frame, emptyFrameCharacters);
    const { copy, weight, alone } = pack(what, content);
    const write = () => add(withContent(frame, copy), weight + emptyFrameCharacters);
    if (!alone) return write();
    flush();
    return withMessageError(what, () => {
      // If it is the first frame of this turn, `write` has already sent it.
      write();
      flush();
    });
  };

const withMessageError = (what: string, action: () => void): void => {
  try {
    action();
  } catch (thrown) {
    throw new MessageError(`${what}: expected a message that can be serialised; ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
};

/** The approximate size of a frame without its content, in characters. */
const emptyFrameCharacters = 50;

const contentOf = (frame: Frame): readonly [string | undefined, unknown] => {
  switch (frame.type) {
    case 'ask':
      return ['request', frame.message];
    case 'answer':
      // `undefined` is a valid answer.
      return frame.message === undefined ? [undefined, undefined] : ['reply', frame.message];
    case 'value':
      return frame.value === undefined ? [undefined, undefined] : ['expose', frame.value];
    case 'publish':
      return frame.data === undefined ? [undefined, undefined] : ['publish', frame.data];
    default:
      return [undefined, undefined];
  }
};

const withContent = (frame: Frame, copy: unknown): Frame => {
  switch (frame.type) {
    case 'ask':
    case 'answer':
      return { ...frame, message: copy };
    case 'value':
      return { ...frame, value: copy };
    case 'publish':
      return { ...frame, data: copy };
    default:
      return frame;
  }
};
