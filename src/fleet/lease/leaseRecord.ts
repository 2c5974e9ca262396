import type { Entry } from '../store/store.js';

/** Who holds a lease, in the bucket `leases`. */
export interface LeaseRecord {
  readonly format: 1;
  /** Different for each party of the fleet, and for each start of it. */
  readonly holder: string;
}

export const leaseRecord = (holder: string): LeaseRecord => ({ format: 1, holder });

/** Whether the entry was written by this holder. What is no record was not. */
export const isHeldBy = ({ value }: Entry, holder: string): boolean =>
  typeof value === 'object' && value !== null && 'holder' in value && value.holder === holder;
