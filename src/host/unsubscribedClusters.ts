/** Clusters that have not been subscribed. */
const waiting = new Set<{ readonly name: string }>();
let listening = false;

/**
 * A cluster that is never subscribed runs nothing, and the process exits as if all were well. This prints the reason to stderr when that happens. Call the returned function
 * on subscription. After an error, which has its own text, nothing is printed.
 */
export const awaitSubscription = (name: string): (() => void) => {
  const cluster = { name };
  waiting.add(cluster);
  if (!listening) process.once('exit', reportUnsubscribed);
  listening = true;
  return () => waiting.delete(cluster);
};

const reportUnsubscribed = (code: number): void => {
  if (code !== 0 || waiting.size === 0) return;
  const names = [...new Set(Array.from(waiting, ({ name }) => `'${name}'`))].join(', ');
  process.stderr.write(
    `cluster$: nobody has subscribed to ${names}, so no worker was started. Call .subscribe() on what cluster$(conf) returns\n`,
  );
};
