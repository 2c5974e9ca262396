import type { HostProgress, RollRecord } from '../records/roll.js';

/** How a roll stands, in sentences: first the roll, then each host with what happened and which code runs there. */
export const reportOf = (record: RollRecord): readonly string[] => [
  summary(record),
  ...record.hosts.map(hostLine),
  ...releases(record),
];

const summary = ({ service, phase, why, hosts }: RollRecord): string => {
  const done = hosts.filter(({ state }) => state === 'done').length;
  const failed = hosts.filter(({ state }) => state === 'failed').length;
  const counts = `${done} of ${hosts.length} hosts are restarted${failed > 0 ? `, ${failed} failed` : ''}`;
  return `restart of ${service}: ${phase}${why === undefined ? '' : `, because ${why}`}. ${counts}.`;
};

const hostLine = (progress: HostProgress): string => {
  const { host, state, why, attempt, from, to } = progress;
  const often = attempt > 1 ? `, attempt ${attempt}` : '';
  const code =
    state === 'done' && to !== undefined
      ? `, runs ${to}`
      : state !== 'done' && from !== undefined
        ? `, ran ${from} before`
        : '';
  return `  ${host}: ${words[state]}${progress.unknown === true ? ', and may still be in its restart' : ''}${why === undefined ? '' : `: ${why}`}${often}${code}`;
};

const words: Readonly<Record<HostProgress['state'], string>> = {
  waiting: 'not restarted',
  asked: 'asked to restart',
  restarting: 'restarting',
  done: 'restarted',
  failed: 'failed',
};

/** A failed restart leaves old code on some hosts and new code on others. */
const releases = ({ hosts }: RollRecord): readonly string[] => {
  const known = [...new Set(hosts.flatMap(({ to }) => to ?? []))];
  return known.map((release) => {
    const on = hosts.filter(({ to }) => to === release).map(({ host }) => host);
    return `  ${release} runs on ${on.join(', ')}`;
  });
};
