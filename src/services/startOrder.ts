import { ConfigError } from '../index.js';
import { suggestion } from './unknownName.js';

interface Named {
  readonly name: string | undefined;
  readonly after: readonly string[];
}

/** Throws `ConfigError` if a service is to start after one that does not exist, or after itself. */
export const checkOrder = (services: readonly Named[]): void => {
  const names = services.flatMap(({ name }) => name ?? []);
  for (const { name, after } of services) {
    const unknown = after.find((other) => !names.includes(other));
    if (unknown !== undefined)
      throw new ConfigError(
        `services.${name}.after`,
        `expected the name of another service, got ${JSON.stringify(unknown)}`,
        suggestion(
          unknown,
          names.filter((other) => other !== name),
        ),
      );
  }
  const cycle = services.map(({ name = '' }) => cycleFrom(name, services, [])).find((path) => path !== undefined);
  if (cycle !== undefined)
    throw new ConfigError(
      `services.${cycle[0]}.after`,
      `expected an order in which the services can start, got a cycle: ${cycle.join(' is after ')}`,
    );
};

/** The names on a way from a service back to itself. */
const cycleFrom = (
  name: string,
  services: readonly Named[],
  path: readonly string[],
): readonly string[] | undefined => {
  if (path[0] === name) return [...path, name];
  if (path.includes(name)) return undefined;
  const after = services.find((service) => service.name === name)?.after ?? [];
  return after.map((other) => cycleFrom(other, services, [...path, name])).find((found) => found !== undefined);
};
