// The name of an event, by which the runs on both hosts are compared. Plain JavaScript, because the real master runs it, too.

/** What the simulated host does not say, and what depends on how long a process takes. */
const left = new Set(['hooks', 'waiting']);

/** Names places in the order in which workers listen on them. */
const places = () => {
  const known = [];
  return (place) => {
    if (!known.includes(place)) known.push(place);
    return `place ${known.indexOf(place) + 1}`;
  };
};

/**
 * Names the events of one run: type, worker as `slot.generation`, and what the type alone does not say. Times, pids and ports are left out.
 * `undefined` for an event that is not compared.
 *
 * @returns {(event: any) => string | undefined}
 */
export const namer = () => {
  const placeOf = places();
  const details = {
    fork: ({ why }) => why,
    listening: ({ address }) => placeOf(`${address.address} ${address.port}`),
    message: ({ message }) => JSON.stringify(message),
    ready: ({ lacks = [] }) => (lacks.length > 0 ? `lacks ${lacks.length}` : ''),
    exit: ({ reason, code, signal, cause }) => {
      // Nothing was started, and why is the host's own.
      if (reason === 'spawn') return `${reason} ${cause === undefined ? 'without' : 'with'} a cause`;
      return [reason, code ?? signal, ...(cause === undefined ? [] : [cause.name])].join(' ');
    },
    leaving: ({ why }) => why,
    disconnect: ({ requested }) => (requested ? 'requested' : 'unasked'),
    kill: ({ signal }) => signal,
    departure: ({ early, failures, exit }) =>
      `${early ? 'early' : 'late'} ${failures}${exit ? '' : ' before its exit'}`,
    shutdown: ({ force }) => (force ? 'by force' : ''),
    scale: ({ from, to }) => `${from} to ${to}`,
    signal: ({ signal, action }) => `${signal} ${action}`,
    'restart-begin': ({ slots }) => `slots ${slots}`,
    'restart-end': ({ result }) => `${result.outcome} replaced ${result.replaced}`,
    'restart-abort': ({ result }) => `${result.outcome} replaced ${result.replaced} kept ${result.kept}`,
  };
  return (event) => {
    const { type, worker, slot } = event;
    if (left.has(type)) return undefined;
    const where = worker === undefined ? (slot ?? '') : `${worker.slot}.${worker.generation}`;
    return [type, where, details[type]?.(event) ?? ''].filter((part) => part !== '').join(' ');
  };
};
