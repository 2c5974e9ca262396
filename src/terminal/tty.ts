import { EMPTY, fromEvent, map, merge, mergeMap, Observable, of, share, Subject, switchMap, timer } from 'rxjs';
import type { ReadStream } from 'node:tty';
import { decodeKeys, type Key } from './model/keys.js';
import type { Place } from './place.js';
import { difference } from './screen/difference.js';
import type { Frame, Size } from './screen/frame.js';

/** The alternate screen, without a cursor, and without a line that goes on in the next one. */
const enter = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const leave = '\u001B[?7h\u001B[?25h\u001B[m\u001B[?1049l';
/** Terminals that know it show the screen when all of it has arrived; the others ignore it. */
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';

/** A process that still runs after so long has not been stopped, or goes on. In ms. */
const notStoppedMs = 100;

/** Signals that end this process. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Ending = (typeof endings)[number] | 'closed';

/** The terminal of this process, while it shows a screen. */
export interface Tty {
  readonly keys$: Observable<Key>;
  /** The size now, and each other one. */
  readonly size$: Observable<Size>;
  /** Emits when the process should end: a signal, or nobody is at the terminal any more. */
  readonly ending$: Observable<Ending>;
  readonly draw: (frame: Frame) => void;
  /** Draws the next frame whole. */
  readonly redraw: () => void;
  /** Gives the terminal back and stops this process, until the shell goes on with it. */
  readonly suspend: () => void;
  /** Gives the terminal back, as it was. */
  readonly close: () => void;
}

/** Takes the terminal. However this process ends, the terminal is given back before; only SIGKILL cannot be caught. */
export const openTty = ({ stdin, stdout, coloured }: Place): Tty => {
  let shown: Frame | undefined;
  let taken = false;
  let isClosed = false;
  const lost$ = new Subject<void>();
  const ending$ = new Subject<Ending>();

  const write = (text: string): void => {
    if (stdout.writable) stdout.write(text);
  };
  const take = (): void => {
    if (taken) return;
    taken = true;
    shown = undefined;
    stdin.setRawMode(true);
    stdin.resume();
    write(enter);
  };
  const giveBack = (): void => {
    if (!taken) return;
    taken = false;
    write(leave);
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
    stdin.pause();
  };
  const stop = (): void => {
    giveBack();
    // As without a listener: where no shell can go on with this process, the system does not stop it.
    process.off('SIGTSTP', stop);
    process.kill(process.pid, 'SIGTSTP');
    setTimeout(goOn, notStoppedMs);
  };
  const goOn = (): void => {
    if (taken || isClosed) return;
    process.on('SIGTSTP', stop);
    take();
    lost$.next();
  };
  const closed = (): void => ending$.next('closed');
  const end = (signal: NodeJS.Signals): void => {
    const ending = endings.find((each) => each === signal);
    if (ending !== undefined) ending$.next(ending);
  };

  for (const signal of endings) process.on(signal, end);
  process.on('SIGTSTP', stop).on('SIGCONT', goOn).on('exit', giveBack).on('uncaughtExceptionMonitor', giveBack);
  stdin.on('end', closed).on('error', closed);
  stdout.on('error', closed);
  take();

  return {
    keys$: keysOf(stdin),
    size$: merge(of(undefined), fromEvent(stdout, 'resize'), lost$).pipe(
      map(() => ({ columns: stdout.columns, rows: stdout.rows })),
    ),
    ending$,
    draw: (frame) => {
      // A slow terminal gets fewer frames, not later ones.
      if (!taken || stdout.writableNeedDrain) return;
      const text = difference(shown, frame, coloured);
      shown = frame;
      if (text !== '') write(`${beginUpdate}${text}${endUpdate}`);
    },
    redraw: () => {
      shown = undefined;
    },
    // The whole job, as the terminal does it: a wrapper such as npx stops with it.
    suspend: () => process.kill(0, 'SIGTSTP'),
    close: () => {
      isClosed = true;
      giveBack();
      for (const signal of endings) process.off(signal, end);
      process.off('SIGTSTP', stop).off('SIGCONT', goOn).off('exit', giveBack).off('uncaughtExceptionMonitor', giveBack);
      stdin.off('end', closed).off('error', closed);
      stdout.off('error', closed);
    },
  };
};

/** After so long an escape is a key of its own, and not the beginning of another one. In ms. */
const escapeMs = 50;

const keysOf = (stdin: ReadStream): Observable<Key> => {
  let rest = '';
  return fromEvent(stdin, 'data').pipe(
    map(String),
    switchMap((text) => {
      const decoded = decodeKeys(`${rest}${text}`);
      rest = decoded.rest;
      const now$ = of(...decoded.keys);
      if (rest === '') return now$;
      const alone$ = timer(escapeMs).pipe(
        mergeMap(() => {
          const left = rest;
          rest = '';
          return left === '' ? EMPTY : of('escape');
        }),
      );
      return merge(now$, alone$);
    }),
    share(),
  );
};
