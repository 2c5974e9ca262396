/** Lets several callers wait for an event that happens repeatedly. */
export interface Gate {
  /** Resolves or rejects at the next `open` or `fail`. A rejection that is not handled does not end the process, because callers need not wait. */
  readonly wait: () => Promise<void>;
  readonly open: () => void;
  readonly fail: (error: Error) => void;
}

interface Wait {
  readonly promise: Promise<void>;
  readonly settle: (error?: Error) => void;
}

const ignore: Wait['settle'] = () => {};

const createWait = (): Wait => {
  let settle = ignore;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  promise.catch(() => {});
  return { promise, settle };
};

/** A `Gate` without RxJS, which a worker that only sends does not load. */
export const gate = (): Gate => {
  let waiting: Wait | undefined;
  const settle = (error?: Error) => {
    waiting?.settle(error);
    waiting = undefined;
  };
  return {
    wait: () => (waiting ??= createWait()).promise,
    open: () => settle(),
    fail: settle,
  };
};
