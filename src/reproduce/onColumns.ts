import type { WorkerBehaviour } from '../testing.js';
import { featureEndings } from './featureEndings.js';

/**
 * The behaviour of a process that is forked at `forkedAt`, in whole columns of so many ms: what it does falls into the column into which it fell before, counted from the column of its fork.
 * So a row of a diagram can say it. What counts from a request to leave is rounded.
 *
 * ```
 * ms        0    100  200  300           a column is 100 ms
 * before    --f-----o-------r--
 * row       f----o----r---               each at the same distance from the begin of its column as the fork
 * ```
 */
export const onColumns = (behaviour: WorkerBehaviour, forkedAt: number, column: number): WorkerBehaviour => {
  const first = Math.floor(forkedAt / column);
  const age = (after: number) => (Math.floor((forkedAt + after) / column) - first) * column;
  const span = (ms: number) => Math.round(ms / column) * column;
  const { online, listening, opens, saysReady, walksOut, terminated, crashes, hangs } = behaviour;
  const { leaves, terminates, disconnects } = behaviour;
  const ofFeatures = featureEndings
    .flatMap(({ spans }) => spans)
    .flatMap((name) => {
      const ms = behaviour[name];
      return typeof ms === 'number' ? [[name, span(ms)]] : [];
    });
  return {
    ...behaviour,
    ...(online !== undefined && { online: age(online) }),
    ...(typeof listening === 'number' && { listening: age(listening) }),
    ...(opens !== undefined && { opens: opens.map(({ after, port }) => ({ after: age(after), port })) }),
    ...(saysReady !== undefined && { saysReady: age(saysReady) }),
    ...(walksOut !== undefined && { walksOut: age(walksOut) }),
    ...(terminated !== undefined && { terminated: age(terminated) }),
    ...(crashes !== undefined && { crashes: { ...crashes, after: age(crashes.after) } }),
    ...(hangs !== undefined && {
      hangs: {
        ...hangs,
        after: age(hangs.after),
        ...(hangs.for !== undefined && { for: age(hangs.after + hangs.for) - age(hangs.after) }),
      },
    }),
    ...(leaves !== undefined && { leaves: span(leaves) }),
    ...(terminates !== undefined && { terminates: span(terminates) }),
    ...(disconnects !== undefined && { disconnects: span(disconnects) }),
    ...Object.fromEntries(ofFeatures),
  };
};
