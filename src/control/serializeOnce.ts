const texts = new WeakMap<object, string>();

/** A value as JSON, made once for all clients that get it. */
export const serializeOnce = (value: object): string => {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
};
