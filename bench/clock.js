/**
 * A virtual clock in the place of Node's timers, for as long as `act` runs. TestScheduler sorts all its actions for each new one, so that with
 * many timers little else is measured. This is a heap, whose cost hardly depends on their number, like that of Node's timers.
 */
export const withClock = (act) => {
  const real = { setInterval, clearInterval, now: Date.now };
  const heap = heapOf((one, other) => one.at - other.at || one.order - other.order);
  let now = 0;
  let order = 0;
  const add = (timer) => {
    order += 1;
    heap.push(Object.assign(timer, { at: now + Math.max(timer.every, 0), order }));
    return timer;
  };
  globalThis.setInterval = (call, every = 0, ...values) => add({ call: () => call(...values), every, cleared: false });
  globalThis.clearInterval = (timer) => {
    if (timer !== undefined) timer.cleared = true;
  };
  Date.now = () => now;
  const runUntil = (end) => {
    for (let timer = heap.pop(end); timer !== undefined; timer = heap.pop(end)) {
      if (timer.cleared) continue;
      now = timer.at;
      timer.call();
      if (!timer.cleared) add(timer);
    }
    now = end;
  };
  try {
    return act(runUntil);
  } finally {
    Object.assign(globalThis, { setInterval: real.setInterval, clearInterval: real.clearInterval });
    Date.now = real.now;
  }
};

const heapOf = (compare) => {
  const items = [];
  const up = (index) => {
    const parent = (index - 1) >> 1;
    if (index > 0 && compare(items[index], items[parent]) < 0) {
      [items[index], items[parent]] = [items[parent], items[index]];
      up(parent);
    }
  };
  const down = (index) => {
    let least = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      if (child < items.length && compare(items[child], items[least]) < 0) least = child;
    }
    if (least === index) return;
    [items[index], items[least]] = [items[least], items[index]];
    down(least);
  };
  return {
    push: (item) => {
      items.push(item);
      up(items.length - 1);
    },
    /** The first, if it is due by then. */
    pop: (by) => {
      if (items.length === 0 || items[0].at > by) return undefined;
      const [first] = items;
      const last = items.pop();
      if (items.length > 0) {
        items[0] = last;
        down(0);
      }
      return first;
    },
  };
};
