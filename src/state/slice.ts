/** A part of a cluster's state, kept by whoever owns it: `fold` takes an event into `state`, in place, and is false for an event that changes nothing. */
export interface Slice<S = unknown> {
  readonly state: S;
  readonly fold: (event: { readonly type: string }) => boolean;
}
