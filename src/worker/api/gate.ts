/** Several callers wait for one event, each time it is to happen. */
export interface Gate {
  /** Resolves or rejects at the next `open` or `fail`. A rejection that nobody handles does not end the process: nobody has to wait. */
  readonly wait: () => Promise<void>;
  readonly open: () => void;
  readonly fail: (error: Error) => void;
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly settle: (error?: Error) => void;
}

const nothing: Waiting['settle'] = () => {};

const begin = (): Waiting => {
  let settle = nothing;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  promise.catch(() => {});
  return { promise, settle };
};

/** A `Gate` without RxJS, which a worker that only sends does not load. */
export const gate = (): Gate => {
  let waiting: Waiting | undefined;
  const settle = (error?: Error) => {
    waiting?.settle(error);
    waiting = undefined;
  };
  return {
    wait: () => (waiting ??= begin()).promise,
    open: () => settle(),
    fail: settle,
  };
};
