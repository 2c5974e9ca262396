/** A record has one such text for each host and one for the restart, and each change is sent to all hosts, which cannot read a very long one. */
const maxWhy = 300;

/** A reason as it is kept in a record. */
export const shortWhy = (why: string): string => why.slice(0, maxWhy);
