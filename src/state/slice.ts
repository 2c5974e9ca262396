/** A part of a cluster's state. `fold` changes `state` in place and returns whether the event has changed it. */
export interface Slice<S = unknown> {
  readonly state: S;
  readonly fold: (event: { readonly type: string }) => boolean;
}
