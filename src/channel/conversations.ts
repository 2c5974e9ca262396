import type { Observable, ObservableInput, Subscription } from 'rxjs';
import { rxjs } from '../dependencies/rxjs.js';
import { MessageError, messageOf } from '../vocabulary/errors.js';
import type { Frame } from './frames.js';
import { limitByCredit } from './metered.js';

/** Answers a request, once; an `Error` says that there is no answer. Throws `MessageError` for a second answer, and for one that nobody waits for any more. */
export type Reply = (message: unknown) => void;

/** What comes of a conversation: letters of the other side, and `gone` when it has left. */
export type ConversationFrame = Frame | { readonly type: 'gone' };

export type Converse = (opening: UnnumberedFrame, more$?: Observable<UnnumberedFrame>) => Observable<ConversationFrame>;

/** One side of what two processes say to each other. */
export interface Conversations {
  /**
   * Opens a conversation on subscription. Completes after `answer`, `end`, `fail` or `gone`; whoever unsubscribes before says so to the other side.
   * `more$` is what is said meanwhile.
   */
  readonly converse: Converse;
  /** A letter of the other side. */
  readonly take: (letter: Frame) => void;
  /** The other side has left. */
  readonly end: () => void;
}

/** A letter that has no number yet. */
export type UnnumberedFrame =
  | { readonly type: 'ask'; readonly message: unknown }
  | { readonly type: 'open'; readonly name: string; readonly credit: number }
  | { readonly type: 'credit'; readonly credit: number };

export interface ConversationHandlers {
  /** A request. */
  readonly ask: (message: unknown, reply: Reply) => void;
  /** What is offered under a name. */
  readonly offered: (name: string) => (() => ObservableInput<unknown>) | undefined;
}

/** As many requests of the other side may wait for an answer. */
const most = 100_000;

const titled = (letter: UnnumberedFrame, id: number): Frame => ({ ...letter, id });

const finals: ReadonlySet<string> = new Set(['answer', 'end', 'fail']);

/** `say` writes a letter to the other side. It throws what cannot be serialised. */
export const conversations = (say: (letter: Frame) => void, { ask, offered }: ConversationHandlers): Conversations => {
  let count = 0;
  const mine = new Map<number, (heard: ConversationFrame) => void>();
  /** What the other side has opened, and how it is told. */
  const theirs = new Map<number, (letter: Frame) => void>();
  /** The last that they opened: what comes again is not begun again. */
  let latest = 0;

  const converse: Converse = (opening, more$) =>
    new (rxjs().Observable)((subscriber) => {
      count += 1;
      const id = count;
      const over = () => mine.delete(id);
      mine.set(id, (heard) => {
        const last = heard.type === 'gone' || finals.has(heard.type);
        if (last) over();
        subscriber.next(heard);
        if (last) subscriber.complete();
      });
      try {
        say(titled(opening, id));
      } catch (error) {
        over();
        subscriber.error(error);
        return undefined;
      }
      const saying = more$?.subscribe((letter) => say(titled(letter, id)));
      return () => {
        saying?.unsubscribe();
        if (over()) say({ type: 'drop', id });
      };
    });

  const asked = (id: number, message: unknown) => {
    let open: 'yes' | 'answered' | 'dropped' = 'yes';
    theirs.set(id, () => (open = 'dropped'));
    const close = (what: string) => {
      if (open === 'answered') throw new MessageError(`${what}: this request has been answered already`);
      if (open === 'dropped')
        throw new MessageError(`${what}: nobody waits for it any more, its time is up or whoever asked has gone`);
    };
    const reply: Reply = (answer) => {
      close('reply');
      say(
        answer instanceof Error ? { type: 'fail', id, why: answer.message } : { type: 'answer', id, message: answer },
      );
      open = 'answered';
      theirs.delete(id);
    };
    ask(message, reply);
  };

  const opened = (id: number, name: string, credit: number) => {
    const source = offered(name);
    if (source === undefined) return say({ type: 'fail', id, why: `nothing is exposed as '${name}'` });
    const { concat, Subject } = rxjs();
    const credit$ = new Subject<number>();
    let running: Subscription | undefined;
    const over = () => theirs.delete(id);
    theirs.set(id, (letter) => {
      if (letter.type === 'credit') credit$.next(letter.credit);
      if (letter.type === 'drop') {
        over();
        running?.unsubscribe();
      }
    });
    const end = (letter: Frame) => {
      if (over()) say(letter);
    };
    running = limitByCredit(source, concat([credit], credit$), (error) =>
      say({ type: 'fault', why: `expose: '${name}' failed when it was let go of: ${messageOf(error)}` }),
    ).subscribe({
      next: (value) => {
        try {
          if (theirs.has(id)) say({ type: 'value', id, value });
        } catch (error) {
          // It cannot be serialised.
          end({ type: 'fail', id, why: messageOf(error) });
          running?.unsubscribe();
        }
      },
      error: (error: unknown) => end({ type: 'fail', id, why: messageOf(error) }),
      complete: () => end({ type: 'end', id }),
    });
    if (!theirs.has(id)) running.unsubscribe();
    return undefined;
  };

  return {
    converse,
    take: (letter) => {
      switch (letter.type) {
        case 'ask':
        case 'open':
          if (letter.id <= latest) return;
          latest = letter.id;
          if (theirs.size >= most)
            return say({ type: 'fail', id: letter.id, why: `${most} requests wait for an answer` });
          if (letter.type === 'ask') asked(letter.id, letter.message);
          else opened(letter.id, letter.name, letter.credit);
          break;
        case 'credit':
          theirs.get(letter.id)?.(letter);
          break;
        case 'drop':
          theirs.get(letter.id)?.(letter);
          theirs.delete(letter.id);
          break;
        case 'answer':
        case 'fail':
        case 'value':
        case 'end':
          // Where nobody waits any more the other side has been told so; an answer may have crossed that.
          mine.get(letter.id)?.(letter);
          break;
        default:
      }
    },
    end: () => {
      for (const hear of Array.from(mine.values())) hear({ type: 'gone' });
      for (const [id, tell] of Array.from(theirs)) tell({ type: 'drop', id });
      theirs.clear();
    },
  };
};
