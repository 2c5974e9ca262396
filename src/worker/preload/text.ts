/** Texts of thrown values. Anything can be thrown, also a value that throws when it is read. */

/** The longest text that is sent to the master, in characters. */
const maxTextLength = 8_192;

/** What `read` returns, as a text of at most `maxTextLength`; empty if that throws. */
const textOf = (read: () => unknown): string => {
  try {
    return String(read()).slice(0, maxTextLength);
  } catch {
    return '';
  }
};

/** A thrown value as it is sent to the master. A `Proxy` may throw even for `instanceof`. */
const describe = (thrown: unknown): { readonly name: string; readonly message: string; readonly stack: string } => {
  try {
    if (thrown instanceof Error)
      return {
        name: textOf(() => thrown.name),
        message: textOf(() => thrown.message),
        stack: textOf(() => thrown.stack),
      };
  } catch {
    // It is described as a value that is no error.
  }
  return { name: 'Thrown', message: textOf(() => thrown) || 'something that has no text', stack: '' };
};

export { textOf, describe };
