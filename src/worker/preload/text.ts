/** Anything can be thrown, also what has no text: reading it must not throw again. */

/** How much of a text goes to the master, in characters. */
const longest = 8_192;

/** What `read` returns, as a text of at most 8192 characters; an empty one where that throws. */
const textOf = (read: () => unknown): string => {
  try {
    return String(read()).slice(0, longest);
  } catch {
    return '';
  }
};

/** What has been thrown, as it goes to the master. A `Proxy` may throw even for `instanceof`. */
const describe = (thrown: unknown): { readonly name: string; readonly message: string; readonly stack: string } => {
  try {
    if (thrown instanceof Error)
      return {
        name: textOf(() => thrown.name),
        message: textOf(() => thrown.message),
        stack: textOf(() => thrown.stack),
      };
  } catch {
    // It is described as what is no error.
  }
  return { name: 'Thrown', message: textOf(() => thrown) || 'something that has no text', stack: '' };
};

export { textOf, describe };
