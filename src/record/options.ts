import { ConfigError, reportError } from '../index.js';
import { type Bytes, isBytesText, toBytes } from '../log.js';

export interface RecordOptions {
  /** How much is kept: bytes, or a text such as `'100M'` with K, M or G; at least 64K. The recording is two files of half that size, and the older one is replaced. Default: `'16M'`. */
  readonly size?: Bytes | undefined;
  /** Whether the content of messages is recorded. Default: false, their type and size. */
  readonly messages?: boolean | undefined;
  /** The options of the clusters by name, for the header, which has them without the environment and with secrets masked. Those of a cluster that begins later may be added until its first event. Default: those of the clusters that run in this process. */
  readonly config?: Readonly<Record<string, object>> | undefined;
  /** Called when the file cannot be written, and when events had to be dropped; the stream goes on. Default: `reportError`, which emits an `error` event. */
  readonly report?: ((error: Error) => void) | undefined;
}

const defaultSize: Bytes = '16M';
const minBytes = 2 ** 16;

/** Throws `ConfigError` for a wrong option. */
export const checkOptions = (options: RecordOptions): void => void segmentBytes(options);

/** How long one of the two files may be. */
export const segmentBytes = ({ size = defaultSize }: RecordOptions): number => {
  const isSize = (typeof size === 'number' && Number.isSafeInteger(size)) || isBytesText(size);
  if (!isSize || toBytes(size) < minBytes)
    throw new ConfigError('size', `expected bytes or a text such as '16M', at least 64K, got ${JSON.stringify(size)}`);
  return Math.floor(toBytes(size) / 2);
};

/** `report`, which may throw what it likes. */
export const reporterOf =
  ({ report = reportError }: RecordOptions) =>
  (error: Error): void => {
    try {
      report(error);
    } catch (thrown) {
      reportError(new Error(`report of a recording threw: ${String(thrown)}`, { cause: thrown }));
    }
  };
