import { MessageError, messageOf } from '../vocabulary/errors.js';
import type { Frame } from './frames.js';
import type { Outbox } from './outbox.js';
import type { CopiedMessage } from './copyMessage.js';

/** Writes letters into an outbox, with what somebody has put into them as it is now. */
export const frameWriter =
  (pack: (what: string, message: unknown) => CopiedMessage, { letter: add, flush }: Outbox) =>
  (letter: Frame): void => {
    const [what, content] = contentOf(letter);
    if (what === undefined) return add(letter, usual);
    const { copy, weight, alone } = pack(what, content);
    const write = () => add(withContent(letter, copy), weight + usual);
    if (!alone) return write();
    flush();
    return serialised(what, () => {
      // The first of a turn leaves with this already.
      write();
      flush();
    });
  };

const serialised = (what: string, act: () => void): void => {
  try {
    act();
  } catch (thrown) {
    throw new MessageError(`${what}: expected a message that can be serialised; ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
};

/** What a letter weighs without its content, in characters. */
const usual = 50;

const contentOf = (letter: Frame): readonly [string | undefined, unknown] => {
  switch (letter.type) {
    case 'ask':
      return ['request', letter.message];
    case 'answer':
      // No answer at all is an answer.
      return letter.message === undefined ? [undefined, undefined] : ['reply', letter.message];
    case 'value':
      return letter.value === undefined ? [undefined, undefined] : ['expose', letter.value];
    case 'publish':
      return letter.data === undefined ? [undefined, undefined] : ['publish', letter.data];
    default:
      return [undefined, undefined];
  }
};

const withContent = (letter: Frame, copy: unknown): Frame => {
  switch (letter.type) {
    case 'ask':
    case 'answer':
      return { ...letter, message: copy };
    case 'value':
      return { ...letter, value: copy };
    case 'publish':
      return { ...letter, data: copy };
    default:
      return letter;
  }
};
