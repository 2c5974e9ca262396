type Listener<T> = (value: T) => void;

/** Functions that are called with each value, in the order in which they were added. */
export interface Listeners<T> {
  /** Returns a function that removes the listener. */
  readonly listen: (listener: Listener<T>) => () => void;
  readonly emit: (value: T) => void;
}

/** `Listeners` without RxJS, which a worker that subscribes to no stream does not load. */
export const listeners = <T>(): Listeners<T> => {
  let all: readonly Listener<T>[] = [];
  return {
    listen: (listener) => {
      all = [...all, listener];
      return () => (all = all.filter((other) => other !== listener));
    },
    emit: (value) => {
      for (const listener of all) listener(value);
    },
  };
};
