import { ConfigError } from '../vocabulary/errors.js';

/** The default port of Node's inspector. */
const defaultPort = 9229;
const minPort = 1_024;
const maxPort = 65_535;

const flag = /^--(?:inspect(?:-brk|-wait|-port)?|debug-port)(?:=(.*))?$/;
const takesNext = /^--(?:inspect|debug)-port$/;
const starts = /^--inspect(?:-brk|-wait)?(?:=|$)/;
/** The port in `port`, `host:port` and `[::1]:port`; a host alone has none. */
const port = /^(?:.*:)?(\d+)$/;

/**
 * The inspector port of a slot: the port in Node's arguments, or 9229, plus the slot's number. A slot thus keeps its port
 * across workers; node:cluster itself gives each worker a new one. Port 0 means any free port for every slot.
 * A process that is not in a slot yet (0) gets any free port.
 * `undefined` if no argument enables the inspector. Throws `ConfigError` for a port that Node would refuse.
 */
export const inspectPort = (args: readonly string[], slot: number): number | undefined => {
  const flags = args.flatMap((arg, index) => {
    const found = flag.exec(arg);
    return found === null ? [] : [{ arg, value: takesNext.test(arg) ? args[index + 1] : found[1] }];
  });
  if (flags.length === 0) return undefined;
  const bases = flags.map(({ arg, value }) => baseOf(arg, value, slot));
  const base = bases.findLast((given) => given !== undefined) ?? defaultPort;
  return base === 0 || slot === 0 ? 0 : base + slot;
};

/** Whether Node's arguments start the inspector. */
export const startsInspector = (args: readonly string[]): boolean => args.some((arg) => starts.test(arg));

const baseOf = (arg: string, value: string | undefined, slot: number): number | undefined => {
  if (value === undefined) return undefined;
  const digits = port.exec(value)?.[1];
  const base = digits === undefined ? undefined : Number(digits);
  const wrong = base === undefined ? value === '' : base !== 0 && (base < minPort || base > maxPort - slot);
  if (!wrong) return base;
  throw new ConfigError(
    'execArgv',
    `expected an inspector port that is 0, or from ${minPort} to ${maxPort - slot}, got ${arg}`,
    `Each slot adds its number; the last is ${slot}`,
  );
};
