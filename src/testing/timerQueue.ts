/** Something to be done at a time, after everything else of that time that has a lower `order`. */
export interface Due {
  due: number;
  order: number;
}

const isBefore = (a: Due, b: Due): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** Adds to a binary heap. */
export const push = <T extends Due>(heap: T[], timer: T): void => {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || isBefore(parent, timer)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
};

/** Takes the earliest from a binary heap. */
export const pop = <T extends Due>(heap: T[]): T | undefined => {
  const earliest = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return earliest;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    const left = heap[below];
    const right = heap[below + 1];
    let child = left;
    if (right !== undefined && (left === undefined || isBefore(right, left))) {
      child = right;
      below += 1;
    }
    if (child === undefined || isBefore(last, child)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
  return earliest;
};

/** Makes nothing due before this time. Of what was due before, that with the lowest `order` comes first. */
export const postpone = (heap: Due[], time: number): void => {
  for (const timer of heap) timer.due = Math.max(timer.due, time);
  // What is sorted is a heap.
  heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
};
