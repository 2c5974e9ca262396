import type { Picture } from './picture.js';

/** What each sign in a row says about the worker of that row, or about the cluster. In the order of a life, in which a legend has them. */
export const meanings: Readonly<Record<string, string>> = {
  '!': 'comes from outside',
  f: 'is forked',
  o: 'is online',
  r: 'is ready',
  a: 'is available',
  m: 'sends a message',
  M: 'sends three messages',
  g: 'leaves without having been asked',
  t: 'is asked to leave',
  q: 'gets SIGTERM',
  k: 'is killed',
  '|': 'has left, as asked',
  x: 'has exited, unasked',
};

/** The signs that occur in rows of workers, and what they say. */
export const meaningsIn = (pictures: readonly Picture[]): readonly (readonly [sign: string, meaning: string])[] => {
  const workers = pictures.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'worker'));
  const used = new Set(workers.flatMap(({ marks }) => marks.map(({ sign }) => sign)));
  return Object.entries(meanings).filter(([sign]) => used.has(sign));
};

/** Says how many workers have no row, if there are some. */
export const omittedText = ({ omitted = 0 }: Picture): string | undefined =>
  omitted === 0 ? undefined : `and ${omitted === 1 ? '1 more worker' : `${omitted} more workers`}`;

/** What a worker does from one sign to the next. */
export type Phase = 'booting' | 'ready' | 'serving' | 'leaving' | 'killed';

const phases: Readonly<Record<string, Phase>> = {
  f: 'booting',
  o: 'booting',
  r: 'ready',
  a: 'serving',
  g: 'leaving',
  t: 'leaving',
  q: 'leaving',
  k: 'killed',
};

/** What a worker does after a sign. A message changes nothing. */
export const phaseAfter = (sign: string, before: Phase): Phase => phases[sign] ?? before;
