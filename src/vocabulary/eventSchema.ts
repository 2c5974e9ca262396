import type { Field, OptionalField } from './eventField.js';

/** The fields of all events, which are described once. */
type Common = 'type' | 'time' | 'seq' | 'cluster';
type KeyOf<D> = D extends unknown ? Exclude<keyof D, Common> : never;
type ValueOf<D, K> = D extends unknown ? (K extends keyof D ? Exclude<D[K], undefined> : never) : never;
/** True for a field that a draft of this type may lack. */
type MayMiss<D, K> = D extends unknown
  ? K extends keyof D
    ? object extends Pick<D, K>
      ? true
      : never
    : true
  : never;

/** Describes a type of event: when it is emitted, and each of its fields. The compiler checks it against the type of the event. */
export interface EventSchema<D = unknown> {
  /** Whether it is about a worker, or about a decision of the master. */
  readonly about: 'worker' | 'master';
  /** When it is emitted, as a sentence. */
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
