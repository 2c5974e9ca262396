import { isRecord } from './values.js';

/** Options that are written in one place of a file. */
export interface Layer {
  /** Where an option is written, such as `profiles.production.worker`. */
  readonly at: (option: string) => string;
  readonly values: Readonly<Record<string, unknown>>;
}

export const layer = (prefix: string, values: Readonly<Record<string, unknown>>): Layer => ({
  at: (option) => `${prefix}${option}`,
  values,
});

/** The options of all layers. A later layer overrides an earlier one; the variables of `env` are added. */
export const merged = (layers: readonly Layer[]): Readonly<Record<string, unknown>> => {
  const options: Record<string, unknown> = Object.assign({}, ...layers.map(({ values }) => values));
  const env = layers.map(({ values }) => values['env']).filter((value) => value !== undefined);
  if (env.length > 1 && env.every(isRecord)) options['env'] = Object.assign({}, ...env);
  return options;
};

/** Where an option is written that has its value from one of the layers; for one that is missing, where it could be written. */
export const placeOf = (option: string, layers: readonly Layer[]): string => {
  const [name = ''] = option.split(/[.[]/);
  const found = layers.findLast(({ values }) => values[name] !== undefined) ?? ownLayer(layers);
  return found === undefined ? option : found.at(option);
};

/** That of the service itself, without a profile. */
const ownLayer = (layers: readonly Layer[]): Layer | undefined =>
  layers.findLast(({ at }) => !at('').startsWith('profiles.'));
