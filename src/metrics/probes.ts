import { collectors, type Readiness } from './collectors.js';

export type Probe = 'livez' | 'readyz' | 'startupz';

export interface ProbeAnswer {
  readonly fine: boolean;
  /** A line for each cluster, and one for all of them. */
  readonly text: string;
}

/** Answers a probe. Load on workers never makes `livez` fail: that it answers says that the event loop of the master turns. */
export const probe = (name: Probe): ProbeAnswer => {
  if (name === 'livez') return { fine: true, text: 'ok: the event loop of the master turns\n' };
  const found = [...collectors.values()].map(({ cluster, readiness }) => ({
    cluster,
    verdict: verdicts[name](readiness()),
  }));
  const fine = found.length > 0 && found.every(({ verdict }) => verdict.fine);
  const lines = found.map(
    ({ cluster, verdict }) => `${verdict.fine ? '+' : '-'} ${printable(cluster)}: ${verdict.why}`,
  );
  if (found.length === 0) lines.push('- no cluster with metrics or probes runs');
  return { fine, text: [fine ? 'ok' : 'not ok', ...lines, ''].join('\n') };
};

interface Verdict {
  readonly fine: boolean;
  readonly why: string;
}

const verdicts: Readonly<Record<Exclude<Probe, 'livez'>, (readiness: Readiness) => Verdict>> = {
  readyz: ({ ready, needed, slots, stopping }) => ({
    fine: !stopping && slots > 0 && ready >= needed,
    why: stopping ? 'shuts down' : count({ ready, needed, slots }),
  }),
  startupz: ({ ready, needed, slots, started }) => ({
    fine: started,
    why: started ? 'has started' : `starts: ${count({ ready, needed, slots })}`,
  }),
};

const count = ({ ready, needed, slots }: Pick<Readiness, 'ready' | 'needed' | 'slots'>): string =>
  `${ready} of ${slots} slots ${ready === 1 ? 'has' : 'have'} a ready worker, ${needed} needed`;

/** A name on one line. */
const printable = (name: string): string => name.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
