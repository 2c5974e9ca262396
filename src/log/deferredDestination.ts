import type { Sink } from './sink.js';

/** The destination of the master's own logger. It writes to the log once that is open. */
export interface DeferredDestination {
  readonly write: (text: string) => void;
  readonly open: (sink: Sink) => void;
  /** Runs `action`. A line written meanwhile is not counted as dropped when there is no room for it. */
  readonly uncounted: (action: () => void) => void;
}

export const deferredDestination = (): DeferredDestination => {
  let sink: Sink | undefined;
  let isUncounted = false;
  return {
    write: (text) => {
      const bytes = Buffer.from(text).toString('latin1');
      if (isUncounted) sink?.writeUncounted(bytes);
      else sink?.write(bytes, 1);
    },
    open: (opened) => {
      sink = opened;
    },
    uncounted: (action) => {
      isUncounted = true;
      try {
        action();
      } finally {
        isUncounted = false;
      }
    },
  };
};
