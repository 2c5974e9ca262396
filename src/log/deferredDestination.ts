import type { Sink } from './sink.js';

/** What the master's own logger writes to: the log, once that is open. */
export interface DeferredDestination {
  readonly write: (text: string) => void;
  readonly open: (sink: Sink) => void;
  /** What is written meanwhile is not counted if there is no room for it. */
  readonly aside: (act: () => void) => void;
}

export const deferredDestination = (): DeferredDestination => {
  let to: Sink | undefined;
  let isAside = false;
  return {
    write: (text) => {
      const bytes = Buffer.from(text).toString('latin1');
      if (isAside) to?.aside(bytes);
      else to?.write(bytes, 1);
    },
    open: (sink) => {
      to = sink;
    },
    aside: (act) => {
      isAside = true;
      try {
        act();
      } finally {
        isAside = false;
      }
    },
  };
};
