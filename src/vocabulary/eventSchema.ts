import type { Field, OptionalField } from './eventField.js';

/** What is common to all events; it is described once. */
type Common = 'type' | 'time' | 'seq' | 'cluster';
type KeyOf<D> = D extends unknown ? Exclude<keyof D, Common> : never;
type ValueOf<D, K> = D extends unknown ? (K extends keyof D ? Exclude<D[K], undefined> : never) : never;
/** A field that one of the drafts of this type does not have, or need not have. */
type MayMiss<D, K> = D extends unknown
  ? K extends keyof D
    ? object extends Pick<D, K>
      ? true
      : never
    : true
  : never;

/** One type of events: when it is emitted, and each of its fields. The compiler compares it with the type of the event. */
export interface EventSchema<D = unknown> {
  /** What it tells about: a worker, or what the master decides. */
  readonly about: 'worker' | 'master';
  /** A sentence: what has happened when it is emitted. */
  readonly when: string;
  readonly fields: {
    readonly [K in KeyOf<D>]: true extends MayMiss<D, K>
      ? OptionalField<ValueOf<D, K>>
      : Field<ValueOf<D, K>> & { readonly optional?: never };
  };
}

/** The schemas of all types of a union of drafts. */
export type EventSchemas<D extends { readonly type: string }> = {
  readonly [T in D['type']]: EventSchema<D extends { readonly type: infer U } ? (T extends U ? D : never) : never>;
};
