import { ConfigError } from '../index.js';
import type { FleetOptions } from '../fleet.js';
import { isRecord, showValue } from './values.js';

/** The fleet of a configuration: what the profile says overrides the file. Throws `ConfigError` for a wrong option, also of a profile that is not chosen. */
export const fleetOf = async (
  configuration: Readonly<Record<string, unknown>>,
  profile: string | undefined,
): Promise<FleetOptions | undefined> => {
  const { fleet: own, profiles } = configuration;
  const ofProfiles = Object.entries(isRecord(profiles) ? profiles : {}).map(([name, options]) => ({
    name,
    fleet: isRecord(options) ? options['fleet'] : undefined,
  }));
  if (own === undefined && ofProfiles.every(({ fleet }) => fleet === undefined)) return undefined;
  const { checkFleetOptions } = await import('../fleet.js');
  const checked = (place: string, fleet: unknown): FleetOptions | undefined => {
    if (fleet === undefined || fleet === false) return undefined;
    if (!isRecord(fleet)) throw new ConfigError(place, `expected an object, got ${showValue(fleet)}`);
    try {
      return checkFleetOptions(fleet);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw Object.assign(
        new ConfigError(error.option.replace(/^fleet/, place), error.message.slice(error.option.length + 2)),
        { cause: error.cause },
      );
    }
  };
  const usual = checked('fleet', own);
  const others = ofProfiles.map(({ name, fleet }) => ({
    name,
    given: fleet !== undefined,
    fleet: checked(`profiles.${name}.fleet`, isRecord(fleet) && isRecord(own) ? { ...own, ...fleet } : fleet),
  }));
  const chosen = others.find(({ name }) => name === profile);
  return chosen?.given === true ? chosen.fleet : usual;
};
