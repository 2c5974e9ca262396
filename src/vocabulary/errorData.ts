/** An error as plain data, for events, because JSON has no errors. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** Empty if there is none, for example if a string was thrown. */
  readonly stack: string;
  /** Node's code, such as `EADDRINUSE`. */
  readonly code?: string;
  readonly cause?: ErrorData;
  /** The errors of an `AggregateError`. */
  readonly errors?: readonly ErrorData[];
}

/** The longest text, in characters. */
const maxTextLength = 8_192;
/** The highest number of errors in one error, itself, its causes and the errors of an `AggregateError` together. */
const maxErrors = 16;

const sources = new WeakMap<ErrorData, { readonly thrown: unknown }>();

/**
 * Converts anything that was thrown to plain data. Texts are cut at 8,192 characters, an error that is its own cause is left out there, and so are further errors after 16.
 * Never throws, also if a proxy or getter does.
 */
export const errorData = (thrown: unknown): ErrorData => {
  const seen = new Set<unknown>();
  const convert = (value: unknown): ErrorData | undefined => {
    if (seen.has(value) || seen.size >= maxErrors) return undefined;
    seen.add(value);
    const code = read(value, 'code');
    const cause = read(value, 'cause');
    const errors = listOf(read(value, 'errors')).flatMap((error) => convert(error) ?? []);
    const converted = cause === undefined || cause === null ? undefined : convert(cause);
    return {
      name: cut(textOf(read(value, 'name'), 'Error')),
      message: cut(textOf(read(value, 'message'), messageOf(value))),
      stack: cut(textOf(read(value, 'stack'), '')),
      ...(typeof code === 'string' && { code: cut(code) }),
      ...(converted && { cause: converted }),
      ...(errors.length > 0 && { errors }),
    };
  };
  const data = convert(thrown) ?? { name: 'Error', message: messageOf(thrown), stack: '' };
  sources.set(data, { thrown });
  return data;
};

/** The thrown value that this data was converted from, if that was in this process; otherwise the data itself. */
export const thrownOf = (data: ErrorData): unknown => {
  const source = sources.get(data);
  return source === undefined ? data : source.thrown;
};

/** The message of a thrown value. Never throws, also for a value that cannot be converted to text. */
export const messageOf = (thrown: unknown): string => {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that cannot be shown as text';
  }
};

const read = (value: unknown, key: string): unknown => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
};

const listOf = (value: unknown): readonly unknown[] => {
  try {
    return Array.isArray(value) ? Array.from<unknown>(value.slice(0, maxErrors)) : [];
  } catch {
    return [];
  }
};

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

const cut = (text: string): string => text.slice(0, maxTextLength);
