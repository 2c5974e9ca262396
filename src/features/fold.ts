import { filter, merge, type MonoTypeOperatorFunction, type Observable, of } from 'rxjs';
import type { Rules } from '../validation/rule.js';
import type { ServiceManager } from '../host/serviceManager.js';
import type { Host, ProcessEvent, SlotRef } from '../host/host.js';
import type { Current, Emit, Feedback } from '../operators/general/loop.js';
import type { EventSchema } from '../vocabulary/eventSchema.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Slice } from '../state/slice.js';
import { hasType } from '../operators/events/hasType.js';
import type { ClusterCommand, CoreEvent, EventDescription, EventDraft, FeatureCommand } from '../vocabulary/events.js';
import type { Completed, CoreOptions, Feature, FeatureContext, Forking } from './contract/feature.js';
import type { AttachablePart } from './contract/attachment.js';
import { featureFrames } from './featureFrames.js';
import { features, type FeatureOptions } from './index.js';

/** A feature without the types of its options and events, which the core does not know. */
type AnyFeature = Feature<string, Readonly<Record<string, unknown>>, { readonly type: string }, unknown>;

// The core passes each feature only its own options, events and slice. The compiler cannot check that through a list.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const all = features as unknown as readonly AnyFeature[];

/** The rules of the options that features add. */
export const featureRules: Rules = Object.fromEntries(
  all.flatMap(({ options }) => Object.entries(options).map(([option, { rule }]) => [option, rule])),
);

/** Throws `ConfigError` for the first option of a feature whose entries are wrong. Each has the type that its rule asks for. */
export const checkFeatureOptions = (config: Readonly<Record<string, unknown>>): void => {
  for (const { options } of all)
    for (const [option, { check }] of Object.entries(options))
      if (config[option] !== undefined) check?.(config[option]);
};

/** The options that features add, completed with their defaults. */
export const completeFeatureOptions = (
  config: Partial<FeatureOptions> & { readonly preload?: boolean | undefined },
): Completed<FeatureOptions> => {
  const given: Readonly<Record<string, unknown>> = { ...config };
  const entries = all.flatMap(({ options }) =>
    Object.entries(options).map(([option, known]) => [option, given[option] ?? defaultOf(known, config.preload)]),
  );
  // Each feature declares the types of its own options and defaults.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Completed<FeatureOptions>;
};

const defaultOf = (
  { default: usual, defaultWithoutPreload = usual }: AnyFeature['options'][string],
  preload: boolean | undefined,
): unknown => (preload === false ? defaultWithoutPreload : usual);

/** The arguments of Node that features add to those that a worker is started with. */
export const featureExecArgv = (options: object, given: readonly string[]): readonly string[] =>
  all.flatMap(({ execArgv }) => execArgv?.({ ...options }, given) ?? []);

/** The first option of a feature, or part of one, that is given and that the preload carries out. */
export const optionThatNeedsPreload = (config: Readonly<Record<string, unknown>>): string | undefined => {
  for (const [option, known] of all.flatMap(({ options }) => Object.entries(options))) {
    const value = config[option];
    const { needsPreload } = known;
    if (value === undefined || value === defaultOf(known, false)) continue;
    const part = typeof needsPreload === 'function' ? needsPreload(value) : undefined;
    if (part !== undefined) return `${option}.${part}`;
    if (needsPreload === true) return option;
  }
  return undefined;
};

/** The first option of a feature that is given and has no effect where each worker has sockets of its own. */
export const optionThatNeedsMasterSockets = (config: Readonly<Record<string, unknown>>): string | undefined =>
  all
    .flatMap(({ options }) => Object.entries(options))
    .find(
      ([option, { needsMasterSockets, default: defaultValue }]) =>
        needsMasterSockets === true && config[option] !== undefined && config[option] !== defaultValue,
    )?.[0];

/** Creates the slices of the features' state, by the names of the features. */
export const featureSlices = (): ReadonlyMap<string, Slice> =>
  new Map(
    all.flatMap(({ name, slice }) => {
      const initial = slice?.();
      // A slice reads an event only after checking its type.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return initial === undefined ? [] : [[name, initial as Slice] as const];
    }),
  );

/** The features applied to one cluster. */
export interface AppliedFeatures {
  /** The host, with the features' operators applied to each process. */
  readonly host: Host;
  /** The events that the features decide; each is given the commands that are for it. Never completes. */
  readonly epics$: (commands$: Observable<ClusterCommand>) => Observable<EventDraft>;
}

type FeedbackOfCore = Feedback<CoreEvent, ClusterState> & Current<ClusterState> & Emit<EventDraft>;

/** The context of a feature in one cluster. */
const contextOf = ({ name }: AnyFeature, host: Host, options: object, feedback: FeedbackOfCore) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ({
    ...feedback,
    options,
    host,
    wanted$: host.wanted$ ?? (() => of(false)),
    slice: feedback.state.slices.get(name),
  }) as unknown as FeatureContext<Readonly<Record<string, unknown>>, { readonly type: string }, unknown>;

/** The layers of features between the slots and a host. */
export interface ForkLayers {
  /** The host, whose `fork` passes the features first. */
  readonly host: Host;
  /** The events of processes that features keep in no slot. Completes when those have exited, after `stop$`. */
  readonly beside$: Observable<EventDraft>;
}

/** Applies the fork layers of features. Those later in the list are nearer to the slots. */
export const applyForks = (
  host: Host,
  options: object,
  feedback: FeedbackOfCore,
  turns: Omit<Forking, 'fork'>,
): ForkLayers => {
  const beside: Observable<unknown>[] = [];
  let { fork } = host;
  for (const feature of all) {
    const layer = feature.forks?.(contextOf(feature, host, options, feedback), { ...turns, fork });
    if (layer === undefined) continue;
    ({ fork } = layer);
    beside.push(layer.beside$);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { host: { ...host, fork }, beside$: merge(...beside) as Observable<EventDraft> };
};

/** Applies all features to the processes of a host. */
export const applyFeatures = (host: Host, options: object, feedback: FeedbackOfCore): AppliedFeatures => {
  const applied = all.map((feature) => ({ feature, context: contextOf(feature, host, options, feedback) }));
  const frames = featureFrames();
  const operatorOf = (slotRef: SlotRef): MonoTypeOperatorFunction<ProcessEvent> => {
    const operators = applied.flatMap(({ feature: { process }, context }) => process?.(context, slotRef) ?? []);
    return (process$) =>
      operators.reduce((result$, operator) => result$.pipe(operator), process$.pipe(frames.follow(slotRef)));
  };
  const epics$ = (commands$: Observable<ClusterCommand>): Observable<{ readonly type: string }> => {
    const featureCommands$ = commands$.pipe(filter(hasType('feature')));
    return merge(
      ...applied.flatMap(({ feature: { name, epic }, context }) => {
        const ownCommands$ = featureCommands$.pipe(filter(({ feature }) => feature === name));
        return epic?.({ ...context, ...frames.of(name), commands$: ownCommands$ }) ?? [];
      }),
    );
  };
  return {
    host: { ...host, fork: (slotRef, forkOptions) => host.fork(slotRef, forkOptions).pipe(operatorOf(slotRef)) },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    epics$: (commands$) => epics$(commands$) as Observable<EventDraft>,
  };
};

/** A part that is attached to a cluster, with its settings. */
export interface AttachedPart {
  readonly name: string;
  readonly load: () => Promise<AttachablePart>;
  readonly settings: unknown;
}

/** The parts that features attach to a cluster with these options. */
export const attachedParts = (options: object & CoreOptions, manager: ServiceManager): readonly AttachedPart[] =>
  all.flatMap(({ name, attach }) => {
    const settings = attach?.settings({ ...options }, manager);
    return attach === undefined || settings === undefined ? [] : [{ name, load: attach.load, settings }];
  });

/** The schemas of the features' events, by type. */
export const featureEvents: Readonly<Record<string, EventSchema>> = Object.assign(
  {},
  ...all.map(({ events }) => events),
);

/** The letters of the features' events in marble diagrams. */
export const featureLetters: Readonly<Record<string, string>> = Object.assign({}, ...all.map(({ letters }) => letters));

/** The first words of the rows of diagrams that give a command to a feature. */
export const featureCommandNames: readonly string[] = all.flatMap(({ commands = {} }) => Object.keys(commands));

/** The command that a row of a diagram with this name gives; `undefined` if no feature has it. */
export const featureCommand = (row: string): FeatureCommand | undefined => {
  const [word = '', ...rest] = row.split(' ');
  for (const { name, commands = {} } of all) {
    const command = Object.hasOwn(commands, word) ? commands[word]?.(rest.join(' ')) : undefined;
    if (command !== undefined) return { type: 'feature', feature: name, command };
  }
  return undefined;
};

const sentences: AnyFeature['sentences'] = Object.assign({}, ...all.map((feature) => feature.sentences));

/** The log sentence of a feature's event; `undefined` if no feature has the event. */
export const describeFeatureEvent = (event: { readonly type: string }): EventDescription | undefined =>
  Object.hasOwn(sentences, event.type) ? sentences[event.type]?.(event) : undefined;
