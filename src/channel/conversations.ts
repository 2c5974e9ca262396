import type { Observable, ObservableInput, Subscription } from 'rxjs';
import { rxjs } from '../dependencies/rxjs.js';
import { MessageError, messageOf } from '../vocabulary/errors.js';
import type { Frame } from './frames.js';
import { limitByCredit } from './limitByCredit.js';

/** Answers a request. An `Error` reports that there is no answer. Throws `MessageError` on a second call, and when the requester no longer waits. */
export type Reply = (message: unknown) => void;

/** What a conversation emits: frames of the other process, and `disconnected` when that has disconnected. */
export type ConversationFrame = Frame | { readonly type: 'disconnected' };

export type Converse = (opening: UnnumberedFrame, more$?: Observable<UnnumberedFrame>) => Observable<ConversationFrame>;

/** The requests and streams between this process and one other process. */
export interface Conversations {
  /**
   * Opens a conversation on subscription. Completes after `answer`, `end`, `fail` or `disconnected`. Unsubscribing earlier sends `drop` to the other process.
   * `more$` are frames that are sent while the conversation is open.
   */
  readonly converse: Converse;
  /** Takes a frame of the other process. */
  readonly take: (frame: Frame) => void;
  /** Call when the other process has disconnected. */
  readonly end: () => void;
}

/** A frame without its conversation's id. */
export type UnnumberedFrame =
  | { readonly type: 'ask'; readonly message: unknown }
  | { readonly type: 'open'; readonly name: string; readonly credit: number }
  | { readonly type: 'credit'; readonly credit: number };

export interface ConversationHandlers {
  /** Called for each request. */
  readonly ask: (message: unknown, reply: Reply) => void;
  /** The stream that is exposed under a name; `undefined` if there is none. */
  readonly offered: (name: string) => (() => ObservableInput<unknown>) | undefined;
}

/** At most this many requests and streams of the other process may be open; further ones fail. */
const maxOpenConversations = 100_000;

const withId = (frame: UnnumberedFrame, id: number): Frame => ({ ...frame, id });

const finalTypes: ReadonlySet<string> = new Set(['answer', 'end', 'fail']);

/** `send` writes a frame to the other process, and throws if its content cannot be serialised. */
export const conversations = (send: (frame: Frame) => void, { ask, offered }: ConversationHandlers): Conversations => {
  let count = 0;
  const own = new Map<number, (frame: ConversationFrame) => void>();
  /** Conversations that the other process has opened, with the function that takes their frames. */
  const opened = new Map<number, (frame: Frame) => void>();
  /** The latest id that the other process has opened. A repeated or older `ask` or `open` is ignored. */
  let latestId = 0;

  const converse: Converse = (opening, more$) =>
    new (rxjs().Observable)((subscriber) => {
      count += 1;
      const id = count;
      const remove = () => own.delete(id);
      own.set(id, (frame) => {
        const last = frame.type === 'disconnected' || finalTypes.has(frame.type);
        if (last) remove();
        subscriber.next(frame);
        if (last) subscriber.complete();
      });
      try {
        send(withId(opening, id));
      } catch (error) {
        remove();
        subscriber.error(error);
        return undefined;
      }
      const sending = more$?.subscribe((frame) => send(withId(frame, id)));
      return () => {
        sending?.unsubscribe();
        if (remove()) send({ type: 'drop', id });
      };
    });

  const onAsk = (id: number, message: unknown) => {
    let open: 'yes' | 'answered' | 'dropped' = 'yes';
    opened.set(id, () => (open = 'dropped'));
    const close = (what: string) => {
      if (open === 'answered')
        throw new MessageError(`${what}: this request has already been answered. Answer each request once`);
      if (open === 'dropped')
        throw new MessageError(`${what}: the answer is too late: the requester has timed out, unsubscribed or left`);
    };
    const reply: Reply = (answer) => {
      close('reply');
      send(
        answer instanceof Error ? { type: 'fail', id, why: answer.message } : { type: 'answer', id, message: answer },
      );
      open = 'answered';
      opened.delete(id);
    };
    ask(message, reply);
  };

  const onOpen = (id: number, name: string, credit: number) => {
    const source = offered(name);
    if (source === undefined) return send({ type: 'fail', id, why: `nothing is exposed as '${name}'` });
    const { concat, Subject } = rxjs();
    const credit$ = new Subject<number>();
    let running: Subscription | undefined;
    const remove = () => opened.delete(id);
    opened.set(id, (frame) => {
      if (frame.type === 'credit') credit$.next(frame.credit);
      if (frame.type === 'drop') {
        remove();
        running?.unsubscribe();
      }
    });
    const end = (frame: Frame) => {
      if (remove()) send(frame);
    };
    running = limitByCredit(source, concat([credit], credit$), (error) =>
      send({ type: 'fault', why: `expose: '${name}' failed while it was stopped: ${messageOf(error)}` }),
    ).subscribe({
      next: (value) => {
        try {
          if (opened.has(id)) send({ type: 'value', id, value });
        } catch (error) {
          // The value cannot be serialised.
          end({ type: 'fail', id, why: messageOf(error) });
          running?.unsubscribe();
        }
      },
      error: (error: unknown) => end({ type: 'fail', id, why: messageOf(error) }),
      complete: () => end({ type: 'end', id }),
    });
    if (!opened.has(id)) running.unsubscribe();
    return undefined;
  };

  return {
    converse,
    take: (frame) => {
      switch (frame.type) {
        case 'ask':
        case 'open':
          if (frame.id <= latestId) return;
          latestId = frame.id;
          if (opened.size >= maxOpenConversations)
            return send({
              type: 'fail',
              id: frame.id,
              why: `too many open requests: at most ${maxOpenConversations} may wait for an answer`,
            });
          if (frame.type === 'ask') onAsk(frame.id, frame.message);
          else onOpen(frame.id, frame.name, frame.credit);
          break;
        case 'credit':
          opened.get(frame.id)?.(frame);
          break;
        case 'drop':
          opened.get(frame.id)?.(frame);
          opened.delete(frame.id);
          break;
        case 'answer':
        case 'fail':
        case 'value':
        case 'end':
          // A conversation that is not open was dropped; its answer was already on the way.
          own.get(frame.id)?.(frame);
          break;
        default:
      }
    },
    end: () => {
      for (const listener of Array.from(own.values())) listener({ type: 'disconnected' });
      for (const [id, handler] of Array.from(opened)) handler({ type: 'drop', id });
      opened.clear();
    },
  };
};
