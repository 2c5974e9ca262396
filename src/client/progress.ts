import { ControlError } from './controlError.js';
import type { EventLine } from './answers.js';

/** The progress of a command: the events of what it does, until it has ended. */
export interface Progress<Result> extends AsyncIterable<EventLine> {
  /** What became of it: reads the rest, and resolves with the result. Rejects with `ControlError` if the master ends before. */
  readonly result: () => Promise<Result>;
}

/** The command is sent when the first event, or the result, is asked for, and only once. */
export const progressOf = <Result>(parts: AsyncIterableIterator<unknown, undefined>): Progress<Result> => {
  let closed = false;
  let end: { readonly result: Result } | undefined;
  const next = async (): Promise<IteratorResult<EventLine, undefined>> => {
    if (end !== undefined) return { done: true, value: undefined };
    const { done, value } = await parts.next();
    if (done === true && closed) return { done, value: undefined };
    if (done === true) throw new ControlError('ended', 'the master ended before the command did');
    if (isEvent(value)) return { done: false, value };
    if (has(value, 'result')) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      end = value as { readonly result: Result };
      await parts.return?.();
    }
    // Anything else, such as a gap, says nothing about the command.
    return next();
  };
  const close = async (): Promise<IteratorResult<EventLine, undefined>> => {
    closed = true;
    await parts.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]: () => ({ next, return: close }),
    result: async () => {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop
        const { done } = await next();
        if (end !== undefined) return end.result;
        if (done === true) throw new ControlError('ended', 'the progress was closed before the command had ended');
      }
    },
  };
};

const has = (part: unknown, name: string): boolean => typeof part === 'object' && part !== null && name in part;
const isEvent = (part: unknown): part is EventLine => has(part, 'event');
