import { dirname } from 'node:path';
import type { FleetOptions } from '../fleet.js';
import { ConfigError } from '../index.js';
import { findFile, shownPath } from './findFile.js';
import { fleetOf } from './fleetOf.js';
import { layersOf, profileNames } from './layersOf.js';
import { failure, readFile } from './readFile.js';
import { ecosystemOf, isEcosystem } from './pm2/ecosystem.js';
import { checkService, rename, type Service, serviceOf } from './service.js';
import { checkOrder } from './startOrder.js';
import { suggestion } from './unknownName.js';
import { isRecord, isText, showValue } from './values.js';

export interface LoadOptions {
  /** The profile to use, which `--env` names. Default: none. */
  readonly profile?: string | undefined;
}

/** A checked configuration, for `runServices`. */
export interface LoadedConfig {
  /** The absolute path of the file. */
  readonly file: string;
  readonly profile: string | undefined;
  readonly services: readonly Service[];
  /** The fleet that this host is in, if the file says so. */
  readonly fleet?: FleetOptions;
  /** What a file of pm2 has that is ignored here, and what to do instead: sentences for the user. Empty for other files. */
  readonly notes: readonly string[];
}

/**
 * Reads a configuration file and checks it: the given one, or `proteus.config.{js,mjs,cjs,ts,json}` in the current or the given folder. Starts nothing.
 *
 * Also reads pm2's ecosystem files, `ecosystem.config.js` and the like: what they have that is ignored here is in `notes`.
 *
 * Rejects with `ConfigError` for the first thing that is wrong, which it names with file and place: `proteus.config.js: services.web.worker: expected …`. The other profiles are checked too.
 *
 * @example
 * const { services } = await loadConfig('proteus.config.js', { profile: 'production' });
 * console.log(services.map(({ name }) => name));
 */
export const loadConfig = async (path?: string | URL, { profile }: LoadOptions = {}): Promise<LoadedConfig> => {
  if (profile !== undefined && !isText(profile))
    throw new ConfigError('profile', `expected the name of a profile, got ${showValue(profile)}`);
  const file = findFile(path);
  const { content, returned } = await readFile(file, profile);
  try {
    const folder = dirname(file);
    if (!isEcosystem(content)) {
      // A function has been told the profile, and may need no other options for it.
      const own = returned && isRecord(content) && content['profiles'] === undefined;
      const chosen = own ? undefined : profile;
      const services = servicesOf(content, chosen, folder);
      const fleet = isRecord(content) ? await fleetOf(content, chosen) : undefined;
      return { file, profile, services, ...(fleet !== undefined && { fleet }), notes: [] };
    }
    const { services, notes } = ecosystemOf(content, profile, folder);
    services.forEach(checkService);
    return { file, profile, services: services.map((service) => serviceOf(service, folder)), notes };
  } catch (error) {
    if (error instanceof ConfigError) throw rename(error, `${shownPath(file)}: ${error.option}`);
    // A getter, or a function that is called for its value.
    throw failure(error, file, 'an option threw');
  }
};

const servicesOf = (configuration: unknown, profile: string | undefined, folder: string): readonly Service[] => {
  if (!isRecord(configuration))
    throw new ConfigError('the configuration', `expected an object, got ${showValue(configuration)}`);
  const profiles = profileNames(configuration);
  if (profile !== undefined && !profiles.includes(profile))
    throw new ConfigError(`profiles.${profile}`, 'does not exist', suggestion(profile, profiles));
  const chosen = layersOf(configuration, profile);
  for (const used of [profile, undefined, ...profiles]) layersOf(configuration, used).forEach(checkService);
  const services = chosen.map((service) => serviceOf(service, folder));
  checkOrder(services);
  return services;
};
