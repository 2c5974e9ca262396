import type { MemberRecord } from '../records/member.js';

/** A change of who is in the fleet, or of what a host says of itself. Plain data. */
export type MembershipEvent =
  /** `already`: it was there before this host looked. */
  | { readonly type: 'member-joined'; readonly host: string; readonly record: MemberRecord; readonly already: boolean }
  | { readonly type: 'member-changed'; readonly host: string; readonly record: MemberRecord }
  /** `left`: it said so. `silent`: nothing was heard of it. `restarted`: its master was started again. `unreadable`: its record cannot be read any more. */
  | {
      readonly type: 'member-left';
      readonly host: string;
      readonly why: 'left' | 'silent' | 'restarted' | 'unreadable';
    }
  /** Something under this name is no record of a member. */
  | { readonly type: 'member-unreadable'; readonly host: string; readonly problem: string }
  /** Hosts run different versions of proteus-cluster: the hosts by version. */
  | { readonly type: 'versions-differ'; readonly versions: Readonly<Record<string, readonly string[]>> };
