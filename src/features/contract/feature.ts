import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Rule } from '../../validation/rule.js';
import type { Host, ProcessEvent, SlotRef } from '../../host/host.js';
import type { Emit, Feedback } from '../../operators/general/loop.js';
import type { StopRequest } from '../../operators/lifecycle/leave.js';
import type { Ready } from '../../operators/lifecycle/ready.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type {
  CoreEvent,
  EventDescription,
  EventDraft,
  FeatureCommand,
  Stamped,
  WorkerRef,
} from '../../vocabulary/events.js';
import type { FeatureAttachment } from './attachment.js';

interface Typed {
  readonly type: string;
}

/** An option of a feature: its rule, its default, and whether it needs the preload. */
interface FeatureOption<T> {
  readonly rule: Rule;
  readonly default: T;
  /** With `preload: false` the option is refused unless it has its default. Where only a part of it needs the preload: the name of that part, if it is given. */
  readonly needsPreload?: boolean | ((value: T) => string | undefined);
  /** With `schedulingPolicy: 'reusePort'` the option is refused unless it has its default. */
  readonly needsMasterSockets?: boolean;
  /** The default with `preload: false`, where it is another one. */
  readonly defaultWithoutPreload?: T;
  /** Throws `ConfigError` for a value that the rule accepts and whose entries are wrong, or contradict each other. */
  readonly check?: (value: T) => void;
}

/** Options with their defaults. */
export type Completed<O> = { readonly [K in keyof O]-?: Exclude<O[K], undefined> };

/** The options of the core that features may depend on. Times in ms. */
export interface CoreOptions {
  readonly name: string;
  readonly ready: Ready;
  readonly readyTimeout: number;
  readonly maxSurge: number | `${number}%`;
  readonly disconnectTimeout: number;
  /** Whether the preload is loaded into the workers. */
  readonly preload: boolean;
  /** A word, a policy or an operator. `replacesLeaving` returns whether a worker that is told to leave is replaced. */
  readonly respawn: unknown;
}

/** What a feature gets from the core: events, state, and the functions to emit drafts. */
export interface FeatureContext<O extends object, D extends Typed, S>
  extends Feedback<CoreEvent | Stamped<D>, ClusterState>, Emit<D | EventDraft> {
  /** The options of the feature, with their defaults, and those of the core that it may depend on. */
  readonly options: Completed<O> & CoreOptions;
  /** The clock and the random numbers of the host. */
  readonly host: Pick<Host, 'now' | 'random'>;
  /** Whether the application wants what has this name, by a stream that it has subscribed to (`wanting`): now, and when that changes. */
  readonly wanted$: (name: string) => Observable<boolean>;
  /** The feature's own slice of the state. Its content is always current. */
  readonly slice: S;
}

/** What a feature works with that forks processes itself. */
export interface Forking {
  /** Forks a process that no feature has seen. */
  readonly fork: Host['fork'];
  /** The stop requests for all processes: a shutdown, one by force, the end of the subscription. Replays. */
  readonly stop$: Observable<StopRequest>;
  /** Where a process waits for its turn to boot (`maxBooting`). Emits once, a function that ends the turn. */
  readonly boots$: Observable<() => void>;
}

/** What a feature puts between the slots and the host. */
export interface ForkLayer<D> {
  /** What a slot gets when it forks: a new process, or one that was forked before. It is then the first event (`fork`) of the life of a worker, and all other parts of features follow it from there. */
  readonly fork: Host['fork'];
  /** The processes that are in no slot. Subscribed beside the slots; the cluster ends when both have completed, so this completes after `stop$`. */
  readonly beside$: Observable<D | EventDraft>;
}

/** What the part of a feature in a worker says. */
export interface FeatureFrame {
  readonly worker: WorkerRef;
  readonly body: unknown;
}

/** What an epic works with: also what is asked of the feature, and its parts in the workers. */
export interface EpicContext<O extends object, D extends Typed, S> extends FeatureContext<O, D, S> {
  /** What is asked of the feature. Hot. */
  readonly commands$: Observable<FeatureCommand>;
  /** What its parts in the workers say. Hot. A frame can be of a worker that has been asked to leave, but not of one that has exited. */
  readonly frames$: Observable<FeatureFrame>;
  /** Tells its part in a worker something that JSON can hold. Does nothing once the worker is gone. */
  readonly tell: (worker: Pick<WorkerRef, 'id'>, body: unknown) => void;
}

/**
 * A capability of the master in a folder of its own. The core folds over the list of features and knows none of them.
 *
 * `O`: the options it adds to `Config`. `D`: the events it adds, as drafts. `S`: its part of the state.
 */
export interface Feature<N extends string = string, O extends object = object, D extends Typed = never, S = undefined> {
  readonly name: N;
  readonly options: { readonly [K in keyof O]-?: FeatureOption<Exclude<O[K], undefined>> };
  /** Creates its slice of the state for one run of a cluster. `fold` changes it and returns whether it has changed. */
  readonly slice?: () => { readonly state: S; readonly fold: (event: CoreEvent | Stamped<D>) => boolean };
  /** Arguments of Node that it needs in a worker, in addition to those that the worker is started with. */
  readonly execArgv?: (options: Completed<O>, given: readonly string[]) => readonly string[];
  /** Its decisions: events and state in, event drafts out. Subscribed while the cluster has slots. */
  readonly epic?: (context: EpicContext<O, D, S>) => Observable<D | EventDraft>;
  /** Its commands by name, for diagrams: from the rest of the row's name to what `commands$` brings; `undefined` for a rest that it does not take. */
  readonly commands?: Readonly<Record<string, (rest: string) => unknown>>;
  /** A layer between the slots and the host: it may answer a fork with a process that it has. */
  readonly forks?: (context: FeatureContext<O, D, S>, forking: Forking) => ForkLayer<D>;
  /** Its operator on the events of each process. */
  readonly process?: (context: FeatureContext<O, D, S>, slotRef: SlotRef) => MonoTypeOperatorFunction<ProcessEvent>;
  /** Attaches a part on top of the public API to each cluster that has it switched on. */
  readonly attach?: FeatureAttachment<Completed<O> & CoreOptions>;
  /** The schemas of its events, for `docs/events.md` and `decodeEvent`. */
  readonly events?: EventSchemas<D>;
  /** The letter of each of its events in marble diagrams. */
  readonly letters: { readonly [T in D['type']]: string };
  /** The log sentences of its events. */
  readonly sentences: { readonly [T in D['type']]: (event: Extract<D, { readonly type: T }>) => EventDescription };
}
