/** A request to the workers of all hosts. */
export interface Ask {
  readonly id: string;
  readonly message: unknown;
  /** How long the workers may take, in ms. */
  readonly timeout: number;
}

/** What the workers of one host have replied. */
export interface HostAnswer {
  readonly host: string;
  readonly replies: readonly WorkerAnswer[];
  /** Why the host has asked no worker. */
  readonly error?: string;
}

/** The reply of a worker, or why there is none. */
export interface WorkerAnswer {
  readonly cluster: string;
  readonly slot: number;
  readonly reply?: unknown;
  readonly error?: string;
}

export const askSubject = 'ask';
export const answerSubject = (id: string): string => `answer.${id}`;

const maxTextLength = 8_192;
const maxTimeoutMs = 600_000;
const maxReplies = 10_000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxTextLength;

/** Reads a request of another host. Accepts any value; `undefined`: it is none. */
export const readAsk = (value: unknown): Ask | undefined => {
  if (!isRecord(value)) return undefined;
  const { id, message, timeout } = value;
  if (!isText(id) || !/^[-\w]{1,64}$/.test(id)) return undefined;
  if (typeof timeout !== 'number' || !(timeout >= 0 && timeout <= maxTimeoutMs)) return undefined;
  return { id, message, timeout };
};

/** Reads the answer of another host. Accepts any value; `undefined`: it is none. */
export const readAnswer = (value: unknown): HostAnswer | undefined => {
  if (!isRecord(value)) return undefined;
  const { host, replies, error } = value;
  if (!isText(host) || !Array.isArray(replies) || replies.length > maxReplies) return undefined;
  const known = replies.map(readWorkerAnswer);
  if (!known.every((reply) => reply !== undefined)) return undefined;
  return { host, replies: known, ...(isText(error) && { error }) };
};

const readWorkerAnswer = (value: unknown): WorkerAnswer | undefined => {
  if (!isRecord(value)) return undefined;
  const { cluster, slot, reply, error } = value;
  if (!isText(cluster) || typeof slot !== 'number') return undefined;
  return isText(error) ? { cluster, slot, error } : { cluster, slot, reply };
};
