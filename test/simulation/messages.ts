import * as fc from 'fast-check';

/** What becomes of a batch, or of an acknowledgement, on its way; times in ms. */
export type Fate = 'arrives' | 'lost' | 'late' | 'twice' | 'again later';

interface Deed {
  readonly at: number;
  /** Which worker does it, or is asked, or observed. */
  readonly worker: number;
}

interface Send extends Deed {
  readonly what: 'send';
  /** How many messages in that turn. */
  readonly many: number;
}

export interface Ask extends Deed {
  readonly what: 'ask';
  readonly by: 'worker' | 'master';
  /** How long the other side takes for its answer; `undefined`: it never answers. */
  readonly takes: number | undefined;
  readonly timeout: number;
  /** The requester unsubscribes after this time. */
  readonly patience: number | undefined;
}

interface Publish extends Deed {
  readonly what: 'publish';
  readonly topic: string;
  readonly many: number;
}

export interface Follow extends Deed {
  readonly what: 'follow';
  readonly topic: string;
  /** For this time; `undefined`: to its end. */
  readonly lasts: number | undefined;
}

/** The master observes what a worker exposes. */
export interface Observe extends Deed {
  readonly what: 'observe';
  /** A generator, an Observable, or nothing under that name. */
  readonly source: 'pulled' | 'pushed' | 'nothing';
  /** How many values it has; `undefined`: it never ends. */
  readonly values: number | undefined;
  readonly fails: boolean;
  /** How long it takes for a value, where it is pushed, and what is done with one, in ms. */
  readonly every: number;
  readonly slow: number;
  readonly credit: number;
  readonly patience: number | undefined;
}

export type Act = Send | Ask | Publish | Follow | Observe;

/** A worker leaves; where it does so gracefully its queue is flushed before, and with a good channel nothing is lost. */
interface Leave {
  readonly at: number;
  readonly graceful: boolean;
}

/** Some workers and their master, over channels that may be bad. */
export interface Schedule {
  readonly acts: readonly Act[];
  /** By the number of the batch; beyond its end all arrive. */
  readonly fates: readonly Fate[];
  /** And of acknowledgements. */
  readonly acknowledgements: readonly Fate[];
  /** One for each worker. A worker that has not left is asked to leave at the end. */
  readonly leaves: readonly (Leave | undefined)[];
}

const some = (max: number, min = 0) => fc.integer({ min, max });
/** None once in so many times. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq: number) => fc.option(arbitrary, { nil: undefined, freq });

const deed = { at: some(30), worker: some(2) };
const topic = fc.constantFrom('prices', '__proto__');
const few = some(5, 1);

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    ...deed,
    what: fc.constant('send'),
    many: fc.oneof({ weight: 4, arbitrary: few }, { weight: 1, arbitrary: some(3_000, 500) }),
  }),
  fc.record({
    ...deed,
    what: fc.constant('ask'),
    by: fc.constantFrom('worker', 'master'),
    takes: maybe(some(12), 4),
    timeout: some(15, 1),
    patience: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some(15) }),
  }),
  fc.record({ ...deed, what: fc.constant('publish'), topic, many: few }),
  fc.record({ ...deed, what: fc.constant('follow'), topic, lasts: maybe(some(20), 2) }),
  fc.record({
    ...deed,
    what: fc.constant('observe'),
    source: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('pulled', 'pushed') },
      { weight: 1, arbitrary: fc.constant('nothing') },
    ),
    values: maybe(some(20), 5),
    fails: fc.boolean(),
    every: some(3, 1),
    slow: some(3),
    credit: some(6, 1),
    patience: maybe(some(30), 2),
  }),
);

const fate = fc.constantFrom<Fate>('arrives', 'arrives', 'arrives', 'lost', 'late', 'twice', 'again later');
const fates = (most: number) => fc.oneof(fc.constant([]), fc.array(fate, { maxLength: most }));
/** At times so many in a row are lost that a sender is stopped. */
const losses = some(8, 3).map((many) => Array.from({ length: many }, (): Fate => 'lost'));

/** Enough to stop a worker that is told nothing of it. */
const flood: fc.Arbitrary<readonly Act[]> = fc
  .record({ ...deed, many: some(6, 2) })
  .map(({ many, ...one }) =>
    Array.from({ length: many }, (_, index) => ({ ...one, at: one.at + index, what: 'send', many: 1_500 })),
  );

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  acts: fc
    .tuple(
      fc.array(act, { minLength: 1, maxLength: 16, size: 'max' }),
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: flood }),
    )
    .map(([acts, more]) => acts.concat(more)),
  fates: fates(40),
  acknowledgements: fc.oneof(fates(20), losses),
  leaves: fc.array(maybe(fc.record({ at: some(40), graceful: fc.boolean() }), 2), { minLength: 1, maxLength: 3 }),
});
