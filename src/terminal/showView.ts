import { auditTime, map, merge, type Observable, Subject, takeUntil } from 'rxjs';
import { foldInput } from './model/foldInput.js';
import type { Input } from './model/input.js';
import { type Command, pressKey } from './model/pressKey.js';
import type { View } from './model/view.js';
import type { GlyphSet } from './layout/glyphSet.js';
import { screenOf } from './layout/screen.js';
import type { Size } from './screen/frame.js';
import type { Ending, Tty } from './tty.js';

/** What is shown. */
export interface Shown {
  readonly tty: Tty;
  readonly glyphs: GlyphSet;
  readonly first: View;
  readonly input$: Observable<Input>;
  /** Does what a key asks for. */
  readonly perform: (command: Command) => void;
  /** Is called with each other view. */
  readonly changed?: (view: View) => void;
}

/** What comes is drawn so often at most, in ms; keys at once. */
const drawEachMs = 500;

/** Shows what comes until a key, a signal or the end of the terminal ends it. Resolves with why. */
export const showView = ({ tty, glyphs, first, input$, perform, changed }: Shown): Promise<'quit' | Ending> =>
  new Promise((resolve, reject) => {
    const quit$ = new Subject<'quit'>();
    const data$ = new Subject<void>();
    let view = first;
    let size: Size = { columns: 80, rows: 24 };
    const draw = (): void => tty.draw(screenOf(view, size, glyphs));
    const become = (next: View): void => {
      if (next === view) return;
      view = next;
      changed?.(view);
    };
    const end$ = merge(quit$, tty.ending$);
    end$.subscribe({ next: resolve });
    merge(
      tty.size$.pipe(
        map((now) => () => {
          size = now;
          draw();
        }),
      ),
      tty.keys$.pipe(
        map((key) => () => {
          const pressed = pressKey(view, key);
          become(pressed.view);
          const { command } = pressed;
          if (command?.type === 'quit') return quit$.next('quit');
          if (command?.type === 'suspend') return tty.suspend();
          if (command?.type === 'redraw') tty.redraw();
          else if (command !== undefined) perform(command);
          draw();
        }),
      ),
      input$.pipe(
        map((input) => () => {
          become(foldInput(view, input));
          data$.next();
        }),
      ),
      data$.pipe(
        auditTime(drawEachMs),
        map(() => draw),
      ),
    )
      .pipe(takeUntil(end$))
      .subscribe({ next: (step) => step(), error: reject });
  });
