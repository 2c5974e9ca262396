import type { FleetHistory, Happening } from './run.js';

/** What happened, a line for each, with the time in ms. */
export const narrate = ({ happened, schedule }: FleetHistory): string =>
  [JSON.stringify(schedule.plan), ...happened.map((one) => `${String(one.at).padStart(7)}  ${sentence(one)}`)].join(
    '\n',
  );

const sentence = (one: Happening): string => {
  if (one.what === 'written') {
    const hosts = one.record.hosts.map(
      ({ state, attempt, unknown }) => `${state}${unknown === true ? '?' : ''}${attempt}`,
    );
    return `${one.by} writes ${one.record.id} ${one.record.phase} ${hosts.join(' ')} ${one.record.why ?? ''}`;
  }
  if (one.what === 'restart begins') return `${one.host} begins attempt ${one.attempt}`;
  if (one.what === 'asked') return `command ${one.command}: ${one.act}`;
  if (one.what === 'answered') return `command ${one.command} is answered: ${one.how}`;
  if (one.what === 'fault' || one.what === 'repaired') return `${one.what}: ${one.fault} ${one.host}`;
  return `${one.host}: ${one.what}`;
};
