import { distinctUntilChanged, map, merge, shareReplay, Subject, timer } from 'rxjs';
import type { Master } from '../client.js';
import { act } from './act.js';
import { inputsOf } from './inputs.js';
import type { LogSelection } from './masterInputs.js';
import type { Input } from './model/input.js';
import type { Command } from './model/pressKey.js';
import { type Look, newView, type View } from './model/view.js';
import { glyphsOf, type Place } from './place.js';
import { showView } from './showView.js';
import { type Ending, openTty } from './tty.js';

export interface TopOptions extends Place {
  /** The masters to show: it is asked again every two seconds. */
  readonly find: () => Promise<readonly Master[]>;
}

/** Shows running masters on a terminal, until a key or a signal ends it. Resolves with why it has ended; the terminal is as before then. */
export const top = async ({ find, ...place }: TopOptions): Promise<'quit' | Ending> => {
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
    map(({ look }) => look),
    distinctUntilChanged(),
    map(logSelection),
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
    shareReplay({ bufferSize: 1, refCount: false }),
  );
  const tty = openTty(place);
  const perform = (command: Command): void => {
    const master = command.type === 'act' ? known.get(command.action.target.master) : undefined;
    if (command.type !== 'act' || master === undefined) return;
    act(master, command.action).then(
      (text) => result$.next({ type: 'note', text, level: 'info' }),
      (error: unknown) => result$.next({ type: 'note', text: textOf(error), level: 'error' }),
    );
  };
  try {
    return await showView({
      tty,
      glyphs: glyphsOf(place),
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

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The lines that are shown: of the slot that is open, and from the level on that is chosen. */
const logSelection = ({ opened, level }: Look): LogSelection => ({
  ...(opened !== undefined && {
    at: opened.target.master,
    cluster: opened.target.cluster,
    slot: opened.target.slot,
  }),
  ...(level !== 'trace' && { level }),
});
