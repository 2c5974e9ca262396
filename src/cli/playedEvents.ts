import type { ClusterEvent } from '../index.js';
import { UsageError } from './usageError.js';

/** What of a recording is played. */
interface Played {
  readonly events: readonly ClusterEvent[];
  /** The first line that could not be read. */
  readonly damage: Error | undefined;
}

/** The events of a recording, without messages. Rejects if none can be read, with the reason. */
export const playedEvents = async (file: string): Promise<Played> => {
  const { replay } = await import('../record.js');
  const problems: Error[] = [];
  const events: ClusterEvent[] = [];
  replay(file, { onDamage: (damage) => problems.push(damage) }).subscribe({
    next: (event) => {
      if (event.type !== 'message') events.push(event);
    },
    error: (error: Error) => problems.push(error),
  });
  const [damage] = problems;
  if (events.length > 0) return { events, damage };
  throw damage ?? new UsageError(`top: expected a recording with events, ${file} has none`);
};
