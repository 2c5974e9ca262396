/** An app of an ecosystem file, while its keys are mapped. */
export interface App {
  readonly values: Readonly<Record<string, unknown>>;
  /** The value of a key, by its name or one of its other names. */
  readonly get: (key: string) => unknown;
  /** Its absolute folder, where its relative paths start. */
  readonly cwd: string;
  readonly profile: string | undefined;
  /** How many workers it has. */
  readonly instances: number;
}

/** What a key of pm2 is here. */
export interface Mapped {
  /** Options of the service. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Variables of its environment. */
  readonly env?: Readonly<Record<string, string | number | undefined>>;
  /** Variables that differ from worker to worker, by the number of the slot. */
  readonly envOfSlot?: (slot: number) => Readonly<Record<string, number>>;
  /** Further arguments for Node. */
  readonly execArgv?: readonly string[];
  /** What the user has to know about it. */
  readonly note?: string;
}
