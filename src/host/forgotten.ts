/** Clusters that nobody has subscribed to yet. */
const waiting = new Set<{ readonly name: string }>();
let watching = false;

/**
 * A cluster that nobody subscribes to runs nothing, and the process ends as if all were well: then a line on stderr says why. Returns what is called
 * at the subscription. After an error, which has its own text, nothing is said.
 */
export const awaitSubscription = (name: string): (() => void) => {
  const cluster = { name };
  waiting.add(cluster);
  if (!watching) process.once('exit', tell);
  watching = true;
  return () => waiting.delete(cluster);
};

const tell = (code: number): void => {
  if (code !== 0 || waiting.size === 0) return;
  const names = [...new Set(Array.from(waiting, ({ name }) => `'${name}'`))].join(', ');
  process.stderr.write(
    `cluster$: nobody has subscribed to ${names}, so no worker was started. Call .subscribe() on what cluster$(conf) returns\n`,
  );
};
