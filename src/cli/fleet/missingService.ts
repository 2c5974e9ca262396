import { harmless } from '../harmless.js';
import { didYouMean } from '../suggest.js';
import type { FleetReport } from './hostsText.js';

/** That no host runs the service, and what they run; `undefined` if one runs it, or none was named. */
export const missingService = (
  { hosts }: Pick<FleetReport, 'hosts'>,
  service: string | undefined,
): string | undefined => {
  const known = [...new Set(hosts.flatMap(({ services }) => Object.keys(services)))].toSorted();
  if (service === undefined || known.includes(service)) return undefined;
  const meant = didYouMean(service, known);
  const running = known.length === 0 ? 'The fleet has no services.' : `The fleet runs ${known.join(', ')}.`;
  return harmless(`No host runs ${service}${meant === '' ? '.' : meant} ${running}`);
};
