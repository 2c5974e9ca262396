/** What is due at a beat: a ping, or to see for how long the last one has not been answered, in ms. `late`: the master itself was, so nothing follows from it. */
type Beat = { readonly ping: number } | { readonly silent: number; readonly late: boolean };

/** Counts the heartbeats of one process. */
export interface Heartbeat {
  /** To be called every `interval` ms. */
  readonly beat: () => Beat;
  /** An answer with its number has come. How long it took, in ms; `undefined` if it was not awaited. */
  readonly answer: (pong: number) => number | undefined;
}

/**
 * One ping is under way at a time, so that none pile up where nobody reads them. A beat that comes late, because the master was stopped, busy or its machine suspended, does not
 * count: the process may have been stopped as well, and its answer may be waiting to be read.
 */
export const heartbeat = (interval: number, now: () => number): Heartbeat => {
  let last = now();
  let sentAt = last;
  let sent = 0;
  let answered = 0;
  let silent = 0;
  return {
    beat: () => {
      const at = now();
      const elapsed = at - last;
      last = at;
      if (answered === sent) {
        sent += 1;
        sentAt = at;
        silent = 0;
        return { ping: sent };
      }
      const late = elapsed > 1.5 * interval;
      if (!late) silent += elapsed;
      return { silent, late };
    },
    answer: (pong) => {
      if (pong !== sent || answered === sent) return undefined;
      answered = sent;
      return now() - sentAt;
    },
  };
};
