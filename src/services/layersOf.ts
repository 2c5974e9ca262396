import { ConfigError } from '../index.js';
import { type Layer, layer } from './layer.js';
import { suggestion } from './unknownName.js';
import { isRecord, showValue } from './values.js';

type Values = Readonly<Record<string, unknown>>;

/** A service as a file has it. */
export interface WrittenService {
  /** Its name in `services`; `undefined` for the only service of a file. */
  readonly name: string | undefined;
  readonly layers: readonly Layer[];
}

/** The services of a configuration with the options of one profile. Throws `ConfigError` for what is not an object, and for names that do not exist. */
export const layersOf = (configuration: Values, profile: string | undefined): readonly WrittenService[] => {
  const { services, profiles, fleet, ...top } = configuration;
  const own = services === undefined ? undefined : record('services', services);
  const chosen = profile === undefined ? {} : record(`profiles.${profile}`, record('profiles', profiles)[profile]);
  const { services: ofProfile, fleet: fleetOfProfile, ...topOfProfile } = chosen;
  const overrides = ofProfile === undefined ? {} : record(`profiles.${profile}.services`, ofProfile);
  const shared = [layer('', top), layer(`profiles.${profile}.`, topOfProfile)];
  if (own === undefined) {
    if (ofProfile !== undefined)
      throw new ConfigError(
        `profiles.${profile}.services`,
        'expected services beside profiles as well, got none',
        'Write the options of the only service directly into the profile',
      );
    return [{ name: undefined, layers: shared }];
  }
  const names = Object.keys(own);
  if (names.length === 0) throw new ConfigError('services', 'expected a service, or more, by their names, got none');
  for (const { at, values } of shared) checkShared(values, at);
  const unknown = Object.keys(overrides).find((name) => !Object.hasOwn(own, name));
  if (unknown !== undefined)
    throw new ConfigError(
      `profiles.${profile}.services.${unknown}`,
      'is not a service of this file',
      suggestion(unknown, names),
    );
  return names.map((name) => ({
    name,
    layers: [
      ...shared,
      layer(`services.${name}.`, record(`services.${name}`, own[name])),
      layer(
        `profiles.${profile}.services.${name}.`,
        !Object.hasOwn(overrides, name) ? {} : record(`profiles.${profile}.services.${name}`, overrides[name]),
      ),
    ],
  }));
};

/** The names of the profiles of a configuration. */
export const profileNames = ({ profiles }: Values): readonly string[] =>
  profiles === undefined ? [] : Object.keys(record('profiles', profiles));

/** Of options that are for all services none may be what only one service can have. */
const checkShared = (values: Values, at: (option: string) => string): void => {
  const own = ['name', 'after'].find((option) => values[option] !== undefined);
  if (own !== undefined)
    throw new ConfigError(
      at(own),
      'expected this in one of the services, not beside them',
      own === 'name' ? 'The name of a service is its key in services' : undefined,
    );
};

const record = (name: string, value: unknown): Values => {
  if (isRecord(value)) return value;
  throw new ConfigError(name, `expected an object, got ${showValue(value)}`);
};
