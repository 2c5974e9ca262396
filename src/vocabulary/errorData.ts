/** An error as plain data, as events carry it: JSON has no errors. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** Empty for what has none, such as a text that was thrown. */
  readonly stack: string;
  /** Node's code, such as `EADDRINUSE`. */
  readonly code?: string;
  readonly cause?: ErrorData;
  /** The errors of an `AggregateError`. */
  readonly errors?: readonly ErrorData[];
}

/** The longest text, in characters. */
const longestText = 8_192;
/** How many errors one error may bring along, as causes and as errors of an `AggregateError`. */
const mostErrors = 16;

const sources = new WeakMap<ErrorData, { readonly thrown: unknown }>();

/**
 * Anything that was thrown as plain data: texts are cut at 8,192 characters, an error that is its own cause is left out there, and with more than 16 errors in it
 * the rest is left out. Never throws, whatever proxies and getters do.
 */
export const errorData = (thrown: unknown): ErrorData => {
  const seen = new Set<unknown>();
  const convert = (value: unknown): ErrorData | undefined => {
    if (seen.has(value) || seen.size >= mostErrors) return undefined;
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

/** What this data was made of, in the process that made it; otherwise the data itself. */
export const thrownOf = (data: ErrorData): unknown => {
  const source = sources.get(data);
  return source === undefined ? data : source.thrown;
};

/** What somebody has thrown, as a text; anything can be thrown, also what has none. */
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
    return Array.isArray(value) ? Array.from<unknown>(value.slice(0, mostErrors)) : [];
  } catch {
    return [];
  }
};

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

const cut = (text: string): string => text.slice(0, longestText);
