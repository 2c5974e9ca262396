/** Options that make Node run something other than the given file, or refuse to run one. */
const excludedOptions =
  /^(?:-e|--eval|-p|--print|-pe|-c|--check|-i|--interactive|--input-type|--run|--build-sea|--watch(?:-.+)?|--test(?:-.+)?|--experimental-test-.+)$/;

/**
 * The arguments of Node that a worker inherits from this process: all except those that keep it from running its file (`--eval`, `--print`, `--watch`, `--test` and similar), and their values.
 */
export const inheritable = (execArgv: readonly string[]): readonly string[] => {
  let isExcluded = false;
  return execArgv.filter((argument) => {
    // A value never begins with a dash; it belongs to the option before it.
    if (argument.startsWith('-')) isExcluded = excludedOptions.test(argument.split('=', 1)[0] ?? '');
    return !isExcluded;
  });
};
