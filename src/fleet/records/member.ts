/** What a host says of itself, in the bucket `members` under its name. */
export interface MemberRecord {
  readonly format: 1;
  readonly host: string;
  /** Different for each start of the master, so that two hosts with one name are told apart. */
  readonly instance: string;
  readonly pid: number;
  /** The version of proteus-cluster. */
  readonly version: string;
  /** When the master joined, as wall-clock time in ms. For display only. */
  readonly since: number;
  readonly services: Readonly<Record<string, ServiceRecord>>;
}

/** A cluster of a host, by the cluster's name. */
export interface ServiceRecord {
  /** What the code calls itself, for example the version in its package.json. Empty if unknown. */
  readonly release: string;
  readonly phase: string;
  readonly size: number;
  readonly available: number;
  /** Crashes since the start of the master. */
  readonly crashes: number;
  /** 99th percentile of the last samples, in ms; left out without requests. */
  readonly p99?: number;
  readonly slots: readonly SlotRecord[];
}

export interface SlotRecord {
  readonly slot: number;
  readonly generation: number;
  readonly phase: string;
}
