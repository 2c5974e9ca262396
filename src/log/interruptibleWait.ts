/** Waits that can be cut short, one at a time. */
export const interruptibleWait = (): { readonly rest: (ms: number) => Promise<void>; readonly wake: () => void } => {
  let end: (() => void) | undefined;
  return {
    rest: (ms) =>
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
