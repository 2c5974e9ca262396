import { distinctUntilChanged, map, merge, shareReplay, Subject, timer } from 'rxjs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Master } from '../client.js';
import { act } from './act.js';
import { inputsOf } from './inputs.js';
import { ascii, unicode } from './layout/glyphSet.js';
import type { LogSelection } from './masterInputs.js';
import type { Input } from './model/input.js';
import type { Command } from './model/pressKey.js';
import { rowsOf } from './model/rows.js';
import { newView, type View } from './model/view.js';
import { showView } from './showView.js';
import { type Ending, openTty } from './tty.js';

/** Where and how it is shown. */
export interface Place {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly coloured: boolean;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
}

export interface TopOptions extends Place {
  /** The masters to show: it is asked again every two seconds. */
  readonly find: () => Promise<readonly Master[]>;
}

/** Shows running masters on a terminal, until a key or a signal ends it. Resolves with why it has ended; the terminal is as before then. */
export const top = async ({
  find,
  stdin,
  stdout,
  coloured,
  unicode: isUnicode,
}: TopOptions): Promise<'quit' | Ending> => {
  const first = newView(Date.now());
  const view$ = new Subject<View>();
  const result$ = new Subject<Input>();
  const known = new Map<string, Master>();
  const remembered = async (): Promise<readonly Master[]> => {
    const masters = await find();
    for (const master of masters) known.set(master.at, master);
    return masters;
  };
  const selection$ = view$.pipe(
    map(logSelection),
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
    shareReplay({ bufferSize: 1, refCount: false }),
  );
  const tty = openTty(stdin, stdout, coloured);
  const perform = (command: Command): void => {
    if (command.type === 'suspend') tty.suspend();
    else if (command.type === 'redraw') tty.redraw();
    else if (command.type === 'act') {
      const master = known.get(command.action.target.master);
      if (master === undefined) return;
      act(master, command.action).then(
        (text) => result$.next({ type: 'note', text, level: 'info' }),
        (error: unknown) =>
          result$.next({ type: 'note', text: error instanceof Error ? error.message : String(error), level: 'error' }),
      );
    }
  };
  try {
    return await showView({
      tty,
      glyphs: isUnicode ? unicode : ascii,
      first,
      input$: merge(
        timer(0, 1_000).pipe(map((): Input => ({ type: 'tick', now: Date.now() }))),
        selection$.pipe(map((): Input => ({ type: 'no-logs' }))),
        inputsOf(remembered, selection$),
        result$,
      ),
      perform,
      changed: (view) => view$.next(view),
    });
  } finally {
    tty.close();
  }
};

/** The lines that are shown: of the slot that is open, and from the level on that is chosen. */
const logSelection = (view: View): LogSelection => {
  const { opened, level } = view.look;
  const row = opened === undefined ? undefined : rowsOf(view).find(({ key }) => key === opened);
  return {
    ...(row !== undefined && { at: row.target.master, cluster: row.target.cluster, slot: row.target.slot }),
    ...(level !== 'trace' && { level }),
  };
};
