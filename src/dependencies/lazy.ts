/**
 * An object that is created on its first use: when a property is read, set or checked, or its prototype is read, as
 * `instanceof` does. From then on the result is an ordinary object that inherits everything from the created one.
 */
export const lazy = <T extends object>(create: () => T): T => {
  let created: T | undefined;
  const load = (): T => {
    if (created === undefined) {
      created = create();
      // Later uses do not pass through the Proxy.
      Object.setPrototypeOf(result, created);
    }
    return created;
  };
  const prototype = new Proxy(
    {},
    {
      get: (_, key, receiver) => Reflect.get(load(), key, receiver),
      set: (_, key, value, receiver) => Reflect.set(load(), key, value, receiver),
      has: (_, key) => Reflect.has(load(), key),
      getPrototypeOf: load,
    },
  );
  const result: T = Object.create(prototype);
  return result;
};
