/** What is asked of the leader's part of a cluster. */
export type LeaderCommand = GrantCommand | WithdrawCommand;

interface GrantCommand {
  readonly asked: 'grant';
  readonly token: number;
  /** From when it is received, in ms. */
  readonly validFor: number;
}

interface WithdrawCommand {
  readonly asked: 'withdraw';
}

/** What became of `grantLeadership()` and `withdrawLeadership()`. */
export type GrantResult = { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly why: string };
