import type { Address } from '../vocabulary/events.js';

/** The operating system chooses ports from here on for `listen(0)`: Linux from 32768, others from 49152. */
const firstEphemeralPort = 32_768;

/**
 * The places of `expected` that a worker that listens on `present` does not serve.
 *
 * A wildcard address covers each address of the same protocol and port. A port that the system may have chosen (`listen(0)`) is covered by any other such port
 * that covers nothing else, because the next worker may get a different one.
 */
export const missing = (expected: readonly Address[], present: readonly Address[]): readonly Address[] => {
  const absent = expected.filter((place) => !present.some((other) => covers(other, place)));
  const spare = present.filter((other) => isEphemeral(other) && !expected.some((place) => covers(other, place)));
  return absent.filter((place) => {
    if (!isEphemeral(place)) return true;
    const at = spare.findIndex((other) => coversAddress(other, place));
    if (at >= 0) spare.splice(at, 1);
    return at < 0;
  });
};

/** Whether both are the same place. */
export const isSame = (one: Address, other: Address): boolean =>
  one.port === other.port && one.address === other.address && one.addressType === other.addressType;

/** Whether a worker that listens on `one` also receives what is sent to `other`. */
const covers = (one: Address, other: Address): boolean => one.port === other.port && coversAddress(one, other);

const coversAddress = (one: Address, other: Address): boolean =>
  protocol(one) === protocol(other) && (one.address === other.address || (protocol(one) !== 'path' && isAny(one)));

const protocol = ({ addressType }: Address): 'tcp' | 'udp' | 'path' => {
  if (addressType === -1) return 'path';
  return addressType === 'udp4' || addressType === 'udp6' ? 'udp' : 'tcp';
};

const isAny = ({ address }: Address): boolean => address === null || address === '::' || address === '0.0.0.0';

const isEphemeral = ({ port }: Address): boolean => port !== null && port >= firstEphemeralPort;
