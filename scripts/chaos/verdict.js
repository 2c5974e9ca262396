/** A connection ends when the worker dies, and the master hears of it a little later, in ms. */
const toleranceMs = 500;
/** How much the master may grow from the end of the first third of a run to its end. In the first minutes its heap grows by the code that runs for the first time. */
const growthIn = (ms) => (ms < 600_000 ? 1.15 : 1.05);

const isDeath = ({ event }) => event.type === 'exit' && (event.signal !== null || event.code !== 0);

/** A request may fail with the worker that it was sent to: one that was killed while it waited. */
const isExcused = ({ start, end, pid }, deaths) =>
  deaths.some(
    ({ at, event }) =>
      at >= start - toleranceMs && at <= end + toleranceMs && (pid === undefined || pid === event.worker.pid),
  );

/** What a run has shown: what was counted, and one sentence for each promise that was broken. */
export const judge = ({ ms, events, happened, requests, memory, end, orphans }) => {
  const deaths = events.filter(isDeath);
  const lost = requests.failed.filter((request) => !isExcused(request, deaths));
  const [first, , last] = memory;
  const ratios = {
    rss: last.rss / first.rss,
    heap: last.heap / first.heap,
    descriptors: last.descriptors / first.descriptors,
  };
  const broken = [
    ...lost.map(
      ({ method, path, error, start, end: until, pid }) =>
        `${method} ${path} failed (${error}) after ${until - start} ms, and ${pid === undefined ? 'no worker' : `worker process ${pid} did not`} die then`,
    ),
    ...(requests.hung > 0 ? [`${requests.hung} times a request was found that had waited for 20 s`] : []),
    ...(requests.unended ? ['a request had not ended 20 s after the last fault'] : []),
    ...happened
      .filter(({ fault, what }) => fault === 'bad-release' && what.endsWith(': done'))
      .map(() => 'a release that does not start was deployed'),
    ...Object.entries(ratios)
      .filter(([, grown]) => grown > growthIn(ms))
      .map(
        ([what, grown]) =>
          `the master's ${what} grew to ${grown.toFixed(3)} times what it was at the end of the first third`,
      ),
    ...(end.code === 0 ? [] : [`the master ended with ${end.signal ?? end.code}: ${end.failure ?? end.said}`]),
    ...(orphans.length === 0 ? [] : [`${orphans.length} processes were left: ${orphans.join(', ')}`]),
  ];
  return { deaths: deaths.length, excused: requests.failed.length - lost.length, ratios, broken };
};
