import { ControlError, SelectionError } from '../client.js';
import type { Io } from './command.js';
import { exitCodes } from './exitCodes.js';
import { harmless, harmlessLines } from './harmless.js';
import { didYouMean } from './suggest.js';
import { unreadText } from './unreadText.js';
import { UsageError } from './usageError.js';

/** Errors whose message says all. Their classes are not loaded here. */
const sayAll: ReadonlySet<string> = new Set([
  'RollError',
  'StoreUnreachableError',
  'StoreRefusedError',
  'RecordingError',
]);

/** Says what went wrong, and resolves with the exit code. */
export const reportError = (error: unknown, { err, paint }: Io): number => {
  const say = (text: string) => err(`${paint('red', 'proteus:')} ${text}\n`);
  if (error instanceof UsageError) {
    say(harmless(error.message));
    err(`See: proteus ${error.command === undefined ? '' : `${error.command} `}--help\n`);
    return exitCodes.usage;
  }
  if (error instanceof SelectionError) {
    say(selectionText(error));
    if (error.reason === 'none') err(unreadText({ paint }));
    return exitCodes.noMaster;
  }
  if (error instanceof ControlError) {
    say(harmless(error.message));
    return error.code === 'unreachable' ? exitCodes.noMaster : exitCodes.failed;
  }
  if (error instanceof Error && sayAll.has(error.name)) {
    say(harmlessLines(error.message));
    return exitCodes.failed;
  }
  // The name Error says nothing.
  const kind = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  say(harmlessLines(error instanceof Error ? `${kind}${error.message}` : String(error)));
  return exitCodes.failed;
};

const selectionText = ({ message, reason, running }: SelectionError): string => {
  if (running.length === 0) return 'no master runs. Start one: proteus start <file>';
  const names = running.flatMap(({ clusters }) => clusters);
  // The list follows below, one master a line.
  const problem = message.replace(/\. These run: .*$/s, '');
  const wanted = /'(.*)'$/s.exec(problem)?.[1] ?? '';
  const title =
    reason === 'several'
      ? 'several masters run. Name one by its pid or a cluster, or use --all:'
      : `${problem}${didYouMean(wanted, names)}${didYouMean(wanted, names) === '' ? '.' : ''} These run:`;
  const rows = running.map(
    ({ pid, clusters }) => `  ${pid}  ${clusters.length === 0 ? 'does not answer' : clusters.join(', ')}`,
  );
  return [title, ...rows].map(harmless).join('\n');
};
