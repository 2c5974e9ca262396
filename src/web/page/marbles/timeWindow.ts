/** The part of the time that the diagram shows, in ms since the epoch. */
export interface TimeWindow {
  /** How much time it shows. */
  readonly span: number;
  /** The time at its right edge. Left out: it follows the present. */
  readonly to?: number;
}

export const usualWindow: TimeWindow = { span: 120_000 };

const shortest = 1_000;
const longest = 6 * 3_600_000;

/** From where to where it goes. */
export const edgesOf = ({ span, to }: TimeWindow, now: number): readonly [from: number, to: number] => {
  const right = to ?? now;
  return [right - span, right];
};

/** Shows more (`by` above 1) or less of the time. What is at this share of the width stays where it is. */
export const zoom = (window: TimeWindow, by: number, now: number, at = 1): TimeWindow => {
  const [from, to] = edgesOf(window, now);
  const span = Math.min(longest, Math.max(shortest, window.span * by));
  // At the right edge of one that follows, it goes on following.
  if (window.to === undefined && at === 1) return { span };
  const fixed = from + (to - from) * at;
  return follow({ span, to: fixed + span * (1 - at) }, now);
};

/** Moves by this share of its width, to the right if it is positive. */
export const pan = (window: TimeWindow, share: number, now: number): TimeWindow => {
  const [, to] = edgesOf(window, now);
  return follow({ span: window.span, to: to + window.span * share }, now);
};

/** There is nothing to see after the present: a window that reaches it follows it. */
const follow = ({ span, to = Infinity }: TimeWindow, now: number): TimeWindow => (to >= now ? { span } : { span, to });
