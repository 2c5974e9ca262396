import { type ClusterEvent, ConfigError } from '../index.js';
import { quietBegin } from './quietBegin.js';
import { renumbered } from './renumbered.js';

/** One run of one cluster. */
export interface Run {
  readonly cluster: string;
  readonly events: readonly ClusterEvent[];
  /** Whether its first event is there. */
  readonly whole: boolean;
  readonly assumptions: readonly string[];
}

/**
 * The run of a cluster in a recording: the last one, if there are several. Events that concern no cluster are left out.
 * Throws `ConfigError` if there is no event, or if there are events of several clusters and none is named.
 */
export const selectRun = (events: readonly ClusterEvent[], cluster?: string): Run => {
  const names = [...new Set(events.filter(isOfCluster).map((event) => event.cluster))];
  const name = names.length === 0 ? undefined : (cluster ?? names[0]);
  if (name === undefined)
    throw new ConfigError('events', 'expected those of a cluster, got none', 'Was a cluster running at that time?');
  if (!names.includes(name)) throw new ConfigError('cluster', `expected one of ${names.join(', ')}, got '${name}'`);
  if (cluster === undefined && names.length > 1)
    throw new ConfigError(
      'cluster',
      `expected one of ${names.join(', ')}, of which the recording has events, got none`,
    );
  const runs = runsOf(events.filter((event) => event.cluster === name && isOfCluster(event)));
  const run = runs.at(-1) ?? [];
  const several =
    runs.length > 1 ? [`The recording has ${runs.length} runs of the cluster. This is the last one.`] : [];
  const whole = run[0]?.seq === 1;
  const { events: played, assumptions } = whole ? { events: run, assumptions: [] } : withoutUnexplained(run);
  return {
    cluster: name,
    events: whole ? played : renumbered(played),
    whole,
    assumptions: [...several, ...assumptions, ...missing(played)],
  };
};

/** A run that is recorded from its middle on, without the events whose cause is not recorded. */
const withoutUnexplained = (
  run: readonly ClusterEvent[],
): { readonly events: readonly ClusterEvent[]; readonly assumptions: readonly string[] } => {
  const begin = quietBegin(run);
  if (begin === 0) return { events: run, assumptions: [] };
  const { time = 0 } = run[begin] ?? {};
  if (begin === run.length)
    return {
      events: run,
      assumptions: [
        'What goes on when the recording begins, such as a restart, goes on until its end, and how it began is not recorded: a simulation decides differently. Take a recording that begins earlier.',
      ],
    };
  return {
    events: run.slice(begin),
    assumptions: [
      `The first ${begin === 1 ? 'event is' : `${begin} events are`} left out, up to ${new Date(time).toISOString()}: what they belong to, such as a restart, began before the recording.`,
    ],
  };
};

const isOfCluster = ({ seq, cluster }: ClusterEvent): boolean => seq > 0 && cluster !== '';

/** Each run counts its events from 1. */
const runsOf = (events: readonly ClusterEvent[]): readonly (readonly ClusterEvent[])[] => {
  const runs: ClusterEvent[][] = [];
  let last = Infinity;
  for (const event of events) {
    if (event.seq <= last) runs.push([]);
    runs.at(-1)?.push(event);
    last = event.seq;
  }
  return runs;
};

const missing = (run: readonly ClusterEvent[]): readonly string[] => {
  const [first = 0, last = 0] = [run[0]?.seq, run.at(-1)?.seq];
  const all = last - first + 1;
  const count = all - run.length;
  if (count === 0) return [];
  return [`${count} of its ${all} events are not in the recording: what they tell is assumed not to have happened.`];
};
