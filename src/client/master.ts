import type { LogRecord, PauseResult, RestartResult, ResumeResult, StatsEvent } from '../index.js';
import type { WorkerStatus } from '../status.js';
import type {
  ClusterSelection,
  Dropped,
  EventLine,
  EventQuery,
  Gap,
  LogQuery,
  MasterReport,
  Ping,
  ShutdownResult,
  SlotSelection,
} from './answers.js';
import { type ControlRequest, type Endpoint, type Parameters, readJson, readStream } from './http.js';
import { type Progress, progressOf } from './progress.js';

/** A running master, reached through its control server. Each method is one request; nothing stays open between them. */
export interface Master {
  /** Left out for a master that is reached by a URL. */
  readonly pid?: number;
  /** The path of the control socket, or the URL. */
  readonly at: string;
  /** The cluster that the methods concern where they name none: the one by whose name the master was found. */
  readonly cluster?: string;
  /** Whether the master answers, and its versions. */
  readonly ping: () => Promise<Ping>;
  readonly status: (of?: ClusterSelection) => Promise<MasterReport>;
  readonly workers: (of?: SlotSelection) => Promise<readonly WorkerStatus[]>;
  /** The options of each cluster, by its name: without the environment, with secrets masked. */
  readonly config: (of?: ClusterSelection) => Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  /** The last sample of each worker. */
  readonly stats: (of?: SlotSelection) => Promise<readonly StatsEvent[]>;
  /** Samples of the workers, one a second for each. Ends with the master. */
  readonly followStats: (of?: SlotSelection) => AsyncIterable<StatsEvent | Dropped>;
  /** The last events, which the master keeps, and with `follow` those that come. A `gap` stands for events that are not kept any more. */
  readonly events: (query?: EventQuery) => AsyncIterable<EventLine | Gap>;
  /** What workers have written. */
  readonly logs: (query?: LogQuery) => AsyncIterable<LogRecord | Dropped>;
  /** Replaces every worker, or that of one slot. */
  readonly restart: (what?: SlotSelection) => Progress<RestartResult>;
  readonly scale: (to: number, of?: ClusterSelection) => Promise<void>;
  readonly pause: (slot: number, of?: ClusterSelection) => Promise<PauseResult>;
  readonly resume: (slot: number, of?: ClusterSelection) => Promise<ResumeResult>;
  /** Asks the workers to leave. The master's process ends with its last cluster. */
  readonly shutdown: (of?: ClusterSelection) => Progress<ShutdownResult>;
  /** Kills the workers. */
  readonly force: (of?: ClusterSelection) => Progress<ShutdownResult>;
  /** Opens the log files again at their paths. */
  readonly reopen: () => Promise<void>;
  /** Sends a message to the workers, to those of one cluster or slot, or to one worker. */
  readonly send: (message: unknown, to?: SlotSelection & { readonly id?: number | undefined }) => Promise<void>;
}

/** Where a master is reached, and what is known about it. */
export interface MasterPlace {
  readonly endpoint: Endpoint;
  readonly pid?: number;
  readonly cluster?: string;
  /** How long an answer may take to begin, in ms. */
  readonly timeout: number;
}

/** Answers come from a control server of this package, in the format of its version. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters
const as = <T>(value: unknown): T => value as T;

export const masterAt = ({ endpoint, pid, cluster, timeout }: MasterPlace): Master => {
  const own = cluster === undefined ? {} : { cluster };
  const asked = (method: ControlRequest['method'], name: string, parameters?: Parameters): ControlRequest => ({
    method,
    name,
    parameters: { ...own, ...parameters },
    timeout,
  });
  const get = (name: string, query?: object) => readJson(endpoint, asked('GET', name, { ...query }));
  const post = (name: string, body?: object) => readJson(endpoint, asked('POST', name, { ...body }));
  const stream = (name: string, query?: object) => readStream(endpoint, asked('GET', name, { ...query }));
  const follow = (name: string, body?: object) =>
    // Without a limit: a master that is stopped carries the command out when it goes on.
    readStream(endpoint, { ...asked('POST', name, { ...body }), timeout: undefined });
  return {
    ...(pid !== undefined && { pid }),
    ...own,
    at: 'path' in endpoint ? endpoint.path : endpoint.url.origin,
    ping: async () => as(await readJson(endpoint, { method: 'GET', name: 'ping', timeout })),
    status: async (of) => as(await get('status', of)),
    workers: async (of) => as(await get('workers', of)),
    config: async (of) => as(await get('config', of)),
    stats: async (of) => as(await get('stats', of)),
    followStats: (of) => as(stream('stats', { ...of, follow: true })),
    events: (query) => as(stream('events', { ...query, type: query?.type?.join(',') })),
    logs: (query) => as(stream('logs', query)),
    restart: (what) => progressOf(follow('restart', what)),
    scale: async (to, of) => void (await post('scale', { to, ...of })),
    pause: async (slot, of) => as<{ readonly result: PauseResult }>(await post('pause', { slot, ...of })).result,
    resume: async (slot, of) => as<{ readonly result: ResumeResult }>(await post('resume', { slot, ...of })).result,
    shutdown: (of) => progressOf(follow('shutdown', of)),
    force: (of) => progressOf(follow('force', of)),
    reopen: async () => void (await readJson(endpoint, { method: 'POST', name: 'reopen', timeout })),
    send: async (message, to) => void (await post('send', { message, ...to })),
  };
};
