/** What makes Node run something else than the file it is given, or refuse to run one. */
const names =
  /^(?:-e|--eval|-p|--print|-pe|-c|--check|-i|--interactive|--input-type|--run|--build-sea|--watch(?:-.+)?|--test(?:-.+)?|--experimental-test-.+)$/;

/**
 * Of Node's arguments of this process those that a worker may have: without the ones that keep it from running its file (`--eval`, `--print`, `--watch`, `--test` and their like), and without their values.
 */
export const inheritable = (execArgv: readonly string[]): readonly string[] => {
  let drops = false;
  return execArgv.filter((argument) => {
    // A value never begins with a dash; what has been dropped goes with its own.
    if (argument.startsWith('-')) drops = names.test(argument.split('=', 1)[0] ?? '');
    return !drops;
  });
};
