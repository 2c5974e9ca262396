/** So many answers in a row decide. */
const inARow = 3;

/** Tells when a process that answers late is overloaded, and when no longer: after three late answers in a row, and after three that were in time. */
export const overload = (): ((late: boolean) => 'begins' | 'ends' | undefined) => {
  let overloaded = false;
  let opposed = 0;
  return (late) => {
    opposed = late === overloaded ? 0 : opposed + 1;
    if (opposed < inARow) return undefined;
    overloaded = late;
    opposed = 0;
    return late ? 'begins' : 'ends';
  };
};
