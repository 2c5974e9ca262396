/** One wait at a time: `wait` resolves after `ms`, or earlier when `wake` is called. */
export const interruptibleWait = (): { readonly wait: (ms: number) => Promise<void>; readonly wake: () => void } => {
  let end: (() => void) | undefined;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), ms);
        end = () => {
          end = undefined;
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => end?.(),
  };
};
