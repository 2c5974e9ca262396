import { type ClusterEvent, ConfigError } from '../index.js';

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
  return { cluster: name, events: run, whole: run[0]?.seq === 1, assumptions: [...several, ...missing(run)] };
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
