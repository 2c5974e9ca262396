import type { ObservableInput } from 'rxjs';

/** What is exposed to the master, by name. */
const offers = new Map<string, () => ObservableInput<unknown>>();

export const offered = (name: string): (() => ObservableInput<unknown>) | undefined => offers.get(name);

/** Returns what takes it away again; false where the name is taken. */
export const offer = (name: string, source: () => ObservableInput<unknown>): (() => void) | undefined => {
  if (offers.has(name)) return undefined;
  offers.set(name, source);
  return () => {
    if (offers.get(name) === source) offers.delete(name);
  };
};
