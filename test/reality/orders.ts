/** What a process does by itself, or confirms: the others do not wait for it. Everything else is decided by the master. */
const ownTypes: ReadonlySet<string> = new Set([
  'online',
  'listening',
  'message',
  'ready',
  'available',
  'stable',
  'overdue',
  'replace-request',
  'leaving',
  'disconnect',
  'error',
  'exit',
  'hung',
  'overloaded',
  'recovered',
  'standby-begin',
  'standby-end',
  'pause',
  'resume',
  'leader-end',
]);

/**
 * The events of a run as a partial order: for each worker its own events and all decisions of the master, in their order. Processes run beside each other,
 * so the events of two workers have no order between them, unless a decision is between them.
 */
export const ordersOf = (keys: readonly string[]): Readonly<Record<string, readonly string[]>> => {
  const workers = new Set(keys.flatMap(ownerOf));
  return Object.fromEntries(
    [...workers]
      .toSorted()
      .map((worker) => [worker, keys.filter((key) => ownerOf(key).every((owner) => owner === worker))]),
  );
};

/** The worker to which an event belongs alone, if any. */
const ownerOf = (key: string): readonly string[] => {
  const [type = '', where = ''] = key.split(' ');
  return ownTypes.has(type) && /^\d+\.\d+$/.test(where) ? [where] : [];
};
