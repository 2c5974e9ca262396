import { ConfigError } from '../vocabulary/errors.js';

/** Where Node's inspector listens when no port is given. */
const usual = 9229;
const least = 1_024;
const most = 65_535;

const flag = /^--(?:inspect(?:-brk|-wait|-port)?|debug-port)(?:=(.*))?$/;
const takesNext = /^--(?:inspect|debug)-port$/;
/** The port in `port`, `host:port` and `[::1]:port`; a host alone has none. */
const port = /^(?:.*:)?(\d+)$/;

/**
 * The port of the inspector for a slot: the one that Node's arguments name, or 9229, and the slot's number. So a slot keeps its port
 * whoever sits there; node:cluster by itself gives each worker a new one. Port 0 is any free port, for every slot.
 * `undefined` where no argument is about the inspector. Throws `ConfigError` for a port that Node would refuse.
 */
export const inspectPort = (args: readonly string[], slot: number): number | undefined => {
  const flags = args.flatMap((arg, index) => {
    const found = flag.exec(arg);
    return found === null ? [] : [{ arg, value: takesNext.test(arg) ? args[index + 1] : found[1] }];
  });
  if (flags.length === 0) return undefined;
  const bases = flags.map(({ arg, value }) => baseOf(arg, value, slot));
  const base = bases.findLast((given) => given !== undefined) ?? usual;
  return base === 0 ? 0 : base + slot;
};

const baseOf = (arg: string, value: string | undefined, slot: number): number | undefined => {
  if (value === undefined) return undefined;
  const digits = port.exec(value)?.[1];
  const base = digits === undefined ? undefined : Number(digits);
  const wrong = base === undefined ? value === '' : base !== 0 && (base < least || base > most - slot);
  if (!wrong) return base;
  throw new ConfigError(
    'execArgv',
    `expected for the inspector a port that is 0, or from ${least} to ${most - slot}, got ${arg}`,
    `Each slot adds its number; the last is ${slot}`,
  );
};
