import { interval, map, merge, mergeMap, scan, startWith, Subject } from 'rxjs';
import type { ClusterEvent } from '../index.js';
import { type PlaybackStep, startPlayback, stepPlayback } from './model/playback.js';
import { newView } from './model/view.js';
import { glyphsOf, type Place } from './place.js';
import { showView } from './showView.js';
import { type Ending, openTty } from './tty.js';

export interface RecordingOptions extends Place {
  /** Its name. */
  readonly file: string;
  /** In their order. */
  readonly events: readonly ClusterEvent[];
}

const passEachMs = 100;

/** Plays recorded events on a terminal, until a key or a signal ends it. Resolves with why it has ended; the terminal is as before then. */
export const playRecording = async ({ file, events, ...place }: RecordingOptions): Promise<'quit' | Ending> => {
  const begin = startPlayback(file, events);
  const key$ = new Subject<PlaybackStep>();
  const pass$ = interval(passEachMs).pipe(map((): PlaybackStep => ({ type: 'pass', ms: passEachMs })));
  const tty = openTty(place);
  try {
    return await showView({
      tty,
      glyphs: glyphsOf(place),
      first: newView(begin.clock, begin.player),
      input$: merge(pass$, key$).pipe(
        scan(stepPlayback, begin),
        startWith(begin),
        mergeMap(({ inputs }) => inputs),
      ),
      perform: (command) => {
        if (command.type === 'play') key$.next({ type: command.step });
      },
    });
  } finally {
    tty.close();
  }
};
