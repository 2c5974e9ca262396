import { merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { Rules } from '../validation/rule.js';
import type { Host, ProcessEvent, SlotRef } from '../host/host.js';
import type { Current, Emit, Feedback } from '../operators/general/loop.js';
import type { EventSchema } from '../vocabulary/eventSchema.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Slice } from '../state/slice.js';
import type { CoreEvent, EventDescription, EventDraft } from '../vocabulary/events.js';
import type { Completed, Feature, FeatureContext } from './contract/feature.js';
import { features, type FeatureOptions } from './index.js';

/** A feature as the core sees it: it knows neither its options nor its events. */
type Any = Feature<string, Readonly<Record<string, unknown>>, { readonly type: string }, unknown>;

// The core passes to each feature what is of that feature only; the compiler cannot follow that through a list.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const all = features as unknown as readonly Any[];

/** What each option that features add must be. */
export const featureRules: Rules = Object.fromEntries(
  all.flatMap(({ options }) => Object.entries(options).map(([option, { rule }]) => [option, rule])),
);

/** The options that features add, completed with their defaults. */
export const completeFeatureOptions = (config: Partial<FeatureOptions>): Completed<FeatureOptions> => {
  const given: Readonly<Record<string, unknown>> = { ...config };
  const entries = all.flatMap(({ options }) =>
    Object.entries(options).map(([option, { default: otherwise }]) => [option, given[option] ?? otherwise]),
  );
  // Each feature types its own options and their defaults.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Completed<FeatureOptions>;
};

/** The first option of a feature that is given and that the preload carries out. */
export const optionThatNeedsPreload = (config: Readonly<Record<string, unknown>>): string | undefined =>
  all
    .flatMap(({ options }) => Object.entries(options))
    .find(
      ([option, { needsPreload, default: otherwise }]) =>
        needsPreload === true && config[option] !== undefined && config[option] !== otherwise,
    )?.[0];

/** Begins the features' parts of the state, by the names of the features. */
export const featureSlices = (): ReadonlyMap<string, Slice> =>
  new Map(
    all.flatMap(({ name, slice }) => {
      const begun = slice?.();
      // A slice looks at the type of an event before it looks at anything else.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return begun === undefined ? [] : [[name, begun as Slice] as const];
    }),
  );

/** What features do in one cluster. */
export interface AppliedFeatures {
  /** The host, whose processes go through the features. */
  readonly host: Host;
  /** What the features decide. Does not end by itself. */
  readonly epics$: Observable<EventDraft>;
}

/** Applies all features to a host. */
export const applyFeatures = (
  host: Host,
  policy: object,
  hearing: Feedback<CoreEvent, ClusterState> & Current<ClusterState> & Emit<EventDraft>,
): AppliedFeatures => {
  const applied = all.map((feature) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const context = {
      ...hearing,
      policy,
      host,
      slice: hearing.state.slices.get(feature.name),
    } as unknown as FeatureContext<Readonly<Record<string, unknown>>, { readonly type: string }, unknown>;
    return { feature, context };
  });
  const throughFeatures = (slotRef: SlotRef): MonoTypeOperatorFunction<ProcessEvent> => {
    const operators = applied.flatMap(({ feature: { process }, context }) => process?.(context, slotRef) ?? []);
    return (process$) => operators.reduce((through$, operator) => through$.pipe(operator), process$);
  };
  return {
    host: { ...host, fork: (slotRef) => host.fork(slotRef).pipe(throughFeatures(slotRef)) },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    epics$: merge(
      ...applied.flatMap(({ feature: { epic }, context }) => epic?.(context) ?? []),
    ) as Observable<EventDraft>,
  };
};

/** The schemas of the features' events, by type. */
export const featureEvents: Readonly<Record<string, EventSchema>> = Object.assign(
  {},
  ...all.map(({ events }) => events),
);

/** The letters of the features' events in marble diagrams. */
export const featureLetters: Readonly<Record<string, string>> = Object.assign({}, ...all.map(({ letters }) => letters));

/** An event of a feature as the log has it; `undefined` for one that no feature has. */
export const describeFeatureEvent = (event: { readonly type: string }): EventDescription | undefined => {
  for (const { sentences } of all) {
    if (Object.hasOwn(sentences, event.type)) return sentences[event.type]?.(event);
  }
  return undefined;
};
