import { type ClusterEvent, is } from '../index.js';

/** The addresses on which the workers of a run listen, as the ports of simulated workers: those have 80 first. */
export type Places = ReadonlyMap<string, number>;

const firstPort = 80;

/** Numbers the addresses in the order in which they are first listened on. */
export const placesOf = (events: readonly ClusterEvent[]): Places => {
  const addresses = new Set(events.filter(is('listening')).map(placeOf));
  return new Map([...addresses].map((address, index) => [address, firstPort + index]));
};

export const placeOf = ({ address }: Extract<ClusterEvent, { readonly type: 'listening' }>): string =>
  `${address.address}:${address.port}:${address.addressType}`;

export const isFirst = (port: number): boolean => port === firstPort;
