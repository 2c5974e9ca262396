import { expect, test } from 'vitest';
import { DiagramError } from '../../../src/testing/diagrams/diagramError.js';
import { readDiagram } from '../../../src/testing/diagrams/readDiagram.js';
import { crash } from './diagramText.js';

const failure = (text: string): unknown => {
  try {
    return readDiagram(text, { file: 'crash.txt' });
  } catch (thrown) {
    return thrown;
  }
};

const life = 'worker 1, slot 1  for--a------------------------t|';

/** What is wrong, the text that is replaced, by what, and the first line of the error. */
const table: readonly (readonly [string, string | RegExp, string, string])[] = [
  // The text
  ['an empty file', /^.*$/s, '', "1:1: expected a section 'options' below"],
  [
    'no title',
    '# A crash\n',
    '',
    '2:1: expected a title such as \'# A worker that crashes is respawned\', got "Worker 2 is replaced."',
  ],
  ['no sentence', 'Worker 2 is replaced.\n', '', '4:1: expected a sentence above: what the diagram shows'],
  ['a second title', 'Worker 2 is', '## Worker 2 is', '3:1: expected one title, and a sentence below it'],
  ['CRLF', /\n/g, '\r\n', "1:10: expected LF at the end of the line, got CR. Convert the file: sed -i 's/\\r$//'"],
  ['a byte order mark', /^/, '\ufeff', '1:1: expected a character that can be seen, got U+FEFF'],
  [
    'a tab',
    'SIGINT            -',
    'SIGINT\t          -',
    '12:7: expected spaces, got a tab, which has another width in each editor',
  ],
  [
    'an escape sequence',
    'Worker 2 is',
    'Worker \u001b[31m2 is',
    '3:8: expected a character that can be seen, got U+001B',
  ],
  ['10 MB of text', /$/, 'a\n'.repeat(5_000_000), 'expected a text of at most 1,000,000 characters, got 10,000,'],
  [
    'a line of 30,000 characters',
    'Worker 2',
    'a'.repeat(30_000),
    '3:20001: expected a line of at most 20000 characters, got 30013',
  ],
  // Sections
  [
    'no options',
    'options\n',
    '',
    "21:15: expected a section 'options' below: a diagram has a title, a sentence, options, diagram and decisions",
  ],
  ['no diagram', 'diagram\n', '', "21:15: expected a section 'diagram' below"],
  ['no decisions', 'decisions\n', '', "21:15: expected a section 'decisions' below"],
  ['a misspelt section', 'decisions\n', 'Decision:\n', '17:1: expected \'decisions\' alone on a line, got "Decision:"'],
  [
    'a section that is indented',
    'diagram\n',
    '  diagram\n',
    '10:1: expected \'diagram\' alone on a line, got "  diagram"',
  ],
  [
    'a section that is repeated',
    'decisions\n',
    'options\n\ndecisions\n',
    "17:1: expected one section 'options', and there is one in line 5",
  ],
  [
    'sections in another order',
    /(options\n.*)(diagram\n.*)(?=decisions)/s,
    '$2$1',
    "5:1: expected 'diagram' below 'options', which is in line 12",
  ],
  // Options
  [
    'an unknown option',
    'minReadyTime 3',
    'minReadytime 3',
    '7:16: minReadytime: is not an option. Did you mean minReadyTime?',
  ],
  [
    'an unknown part of an option',
    '"initial"',
    '"inital"',
    '8:12: backoff.inital: is not an option. Did you mean backoff.initial?',
  ],
  [
    'a wrong value',
    'worker 2',
    'worker two',
    '6:10: worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got "two"',
  ],
  [
    'options that contradict each other',
    'worker 2',
    'worker 2\n  preload false\n  drain {"grace":1}',
    '8:9: drain: expected this option to be left out with preload: false',
  ],
  [
    'no JSON',
    '{"initial":4,',
    '{"initial":4,,',
    '8:24: expected a value as in JSON, such as 30, "25%" or {"initial":4}: ',
  ],
  [
    'an option without a value',
    '  minReadyTime 3',
    '  minReadyTime',
    '7:3: expected an option and its value, such as \'worker 2\', got "minReadyTime"',
  ],
  [
    'an option that is not indented',
    '  minReadyTime 3',
    'minReadyTime 3',
    '7:1: expected two spaces before an option, got "minReadyTime 3"',
  ],
  ['an option twice', 'minReadyTime 3', 'worker 2', "7:3: expected 'worker' once, and it is in line 6"],
  [
    'a column of 0',
    'minReadyTime 3',
    'column 0',
    '7:10: column: expected the ms of a column, a whole number from 1 to 86400000 (a day), got 0',
  ],
  [
    'a column that is a word',
    'minReadyTime 3',
    'column wide',
    '7:10: column: expected the ms of a column, a whole number from 1 to 86400000 (a day), got "wide"',
  ],
  // Several clusters
  [
    'a cluster twice',
    'worker 2',
    'cluster web\n  worker 2\n  cluster web',
    "8:3: expected 'cluster web' once, and it is in line 6",
  ],
  [
    'a cluster without a name',
    'worker 2',
    'cluster 2',
    '6:11: cluster: expected a name of at most 20 letters and digits, got 2',
  ],
  [
    'an unknown supervisor',
    'worker 2',
    'supervisor oneForNone\n  cluster web',
    "6:14: supervisor: expected 'oneForAll' or 'restForOne', got \"oneForNone\"",
  ],
  [
    'a supervisor of nobody',
    'worker 2',
    'supervisor oneForAll',
    "6:3: supervisor: expected also 'supervisor oneForAll' or restForOne, and a line such as 'cluster web' for each of its clusters",
  ],
  [
    'a wrong option of one cluster',
    'worker 2',
    'cluster web\n  worker two',
    '7:10: worker: expected a whole number from 1 to 10000',
  ],
  [
    'autoscale beside a number of workers',
    'worker 2',
    'worker 2\n  autoscale {"min":1}',
    "7:3: autoscale: expected no option worker: it decides, from its own option 'min' on",
  ],
  [
    'autoscale of several clusters',
    'worker 2',
    'autoscale {"min":1}\n  cluster web',
    '6:3: autoscale: expected one cluster',
  ],
  [
    'an option that autoscale() does not accept',
    'worker 2',
    'autoscale {"min":1,"max":0}',
    '6:22: autoscale().max: expected a whole number from 1 to 10000, got 0',
  ],
  [
    'autoscale without options',
    'worker 2',
    'autoscale true',
    '6:13: autoscale: expected options of autoscale() such as {"min":1,"max":4}, got true',
  ],
  [
    'random numbers that are none',
    'worker 2',
    'random [0.5,1]',
    '6:10: random: expected what the master draws at random, in its order: numbers from 0 to less than 1, such as [0.5,0.25], got an array',
  ],
  [
    'an exit that does not exist',
    'worker 2',
    'exits {"2":"crash"}',
    '6:9: exits: expected exit codes, signals or "not started", by the numbers of the workers, such as {"2":7,"3":"SIGSEGV"}, got an object',
  ],
  [
    'the exit of a worker that is not drawn',
    'worker 2',
    'exits {"2":7,"9":7}\n  worker 2',
    "6:16: exits.9: expected also a row 'worker 9, slot …'",
  ],
  [
    'the exit of a worker that does not exit',
    /worker 2\n(?=.*)([^]*)for--a----x/,
    'exits {"2":7}\n  worker 2\n$1for--a----k',
    "15:29: row 'worker 2, slot 2': expected x or | at its end, because the option 'exits' says how it exits, and no signal of the master (q, k)",
  ],
  // Rows
  ['no rows', /diagram\n.*(?=decisions)/s, 'diagram\n', '10:8: expected a ruler below, and rows'],
  ['a ruler alone', /SIGINT.*(?=decisions)/s, '', "11:51: expected rows below, such as 'worker 1, slot 1'"],
  [
    'no ruler',
    / {18}0 .*\n/,
    '',
    '11:1: expected a ruler: 18 spaces or more, 0 above the first column, and 10, 20 … above each tenth one',
  ],
  ['a ruler that is off', '0         10        20', '0         10         20', '11:39: expected the ruler'],
  ['a ruler that is too short', '20        30', '20', '11:41: expected the ruler'],
  [
    'a ruler that begins elsewhere',
    '                  0',
    '                 0',
    '11:1: expected a ruler: 18 spaces or more',
  ],
  [
    'an unknown row',
    'SIGINT            -',
    'restrat           -',
    "12:1: expected a signal or command such as SIGUSR2, restart, shutdown, force, restart 1, scale 4, pause 1, resume 1, suspended 1h; request 8ms, observe 5ms, load 3; a row of the master: messages$, cmd m, route m, unrouted, replies, timeout, gone, observed, topic t; 'worker 1, slot 1', or 'worker 1 rss 600M', got \"restrat\". Did you mean 'restart'?",
  ],
  ['an unknown signal', 'SIGINT            -', 'SIGUSR3           -', 'got "SIGUSR3". Did you mean \'SIGUSR2\'?'],
  ['a signal that no process handles', 'SIGINT            -', 'SIGKILL           -', 'got "SIGKILL"'],
  ['a command of a feature without its slot', 'SIGINT            -', 'pause             -', 'got "pause"'],
  [
    'a row of no worker',
    'SIGINT            -',
    'worker 1 lops     -',
    "12:1: expected ', slot …' behind the number of the worker, or one of rss 600M, opens 8081, answers 100, replies 4ms, silent, SIGTERM, loops, blocked, stopped, busy, closes, publishes t, subscribes t, got \"worker 1 lops\". Did you mean 'worker 1 loops'?",
  ],
  [
    'a size without a unit',
    'SIGINT            -',
    'worker 1 rss 600  -',
    "12:1: expected ', slot …' behind the number",
  ],
  [
    'a row that is not aligned',
    'worker 1, slot 1  for',
    'worker 1, slot 1 for',
    "13:18: row 'worker 1, slot 1': expected its marks to begin in column 19 of the line, below the 0 of the ruler, got column 18",
  ],
  [
    'a row of inputs that is not aligned',
    'SIGINT            ',
    'SIGINT             ',
    "12:19: row 'SIGINT': expected '!' where it happens, and '-' elsewhere, got \" \"",
  ],
  [
    'a load that begins twice',
    'SIGINT            ------------------------------!',
    'load 3            --!--!--!',
    "12:27: row 'load 3': expected one ! where it begins, and at most one where it ends",
  ],
  ['a row without marks', /SIGINT.*/, 'SIGINT', "12:7: row 'SIGINT': expected marks from column 19 on"],
  [
    'another mark for an input',
    '------!',
    '------?',
    "12:49: row 'SIGINT': expected '!' where it happens, and '-' elsewhere, got \"?\"",
  ],
  [
    'a row twice',
    life,
    `${life}\n${life}`,
    "14:1: row 'worker 1, slot 1': expected one such row, and there is one in line 13",
  ],
  [
    'a row of inputs below the workers',
    /(SIGINT.*\n)(worker 1.*\n)/,
    '$2$1',
    "13:1: row 'SIGINT': expected above the row 'worker 1, slot 1'. First come the rows of what happens to the cluster, then the workers, then what the master receives",
  ],
  [
    'workers in another order',
    /(worker 1, .*\n)(worker 2.*\n)/,
    '$2$1',
    "14:1: row 'worker 1, slot 1': expected above the row 'worker 2, slot 2', because workers are numbered in the order in which they are forked",
  ],
  [
    'more than 9,999 columns',
    '------!',
    `${'-'.repeat(10_000)}!`,
    "12:10018: row 'SIGINT': expected at most 9999 columns. Use the option column, such as 'column 1000'",
  ],
  [
    'more than 1,000 rows',
    /SIGINT.*\n/,
    'SIGINT            -\n'.repeat(1_001),
    '1012:1: expected at most 1000 rows, got 1004',
  ],
  // Workers
  [
    'a letter that does not exist',
    'for--a----x',
    'for--z----x',
    '14:24: row \'worker 2, slot 2\': expected one of f fork, o online, m a message, M three messages, r ready, a available, g leaves unasked, t asked to leave, q SIGTERM, k SIGKILL, | exit as asked, x any other exit, got "z"',
  ],
  [
    'a worker without f',
    'for--a----x',
    'o-r--a----x',
    '14:19: row \'worker 2, slot 2\': expected first f, the fork of the worker, got "o"',
  ],
  [
    'a worker that begins with -',
    'for--a----x',
    '-for--a---x',
    '14:19: row \'worker 2, slot 2\': expected first f, the fork of the worker, got "-"',
  ],
  [
    'two rows of one worker',
    'worker 2, slot 2',
    'worker 1, slot 2',
    "14:1: expected 'worker 1' once, and it is in line 13. Each fork has a number of its own",
  ],
  [
    'a worker that is forked twice',
    'for--a----x',
    'for--a-f--x',
    "14:26: row 'worker 2, slot 2': expected one fork (f). The next worker of the slot has a row of its own",
  ],
  [
    'a worker that is ready twice',
    'for--a----x',
    'for--a-r--x',
    "14:26: row 'worker 2, slot 2': expected 'r' once, and it is in column 2",
  ],
  [
    'a space in a row',
    'for--a----x',
    'for--a  --x',
    "14:25: row 'worker 2, slot 2': expected '-' where nothing happens to the worker, got a space",
  ],
  [
    'ready before online',
    'for--a----x',
    'fro--a----x',
    "14:20: row 'worker 2, slot 2': expected r ready after o online, which is in column 2",
  ],
  [
    'available before ready',
    'for--a----x',
    'foa--r----x',
    "14:21: row 'worker 2, slot 2': expected a available after r ready, which is in column 5",
  ],
  [
    'SIGTERM before the request',
    'for--a----x',
    'for--q-t--|',
    "14:24: row 'worker 2, slot 2': expected q SIGTERM after t asked to leave, which is in column 7",
  ],
  [
    'something after the exit',
    'for--a----x',
    'for--a----x--',
    "14:30: row 'worker 2, slot 2': expected nothing behind the exit of the worker ('|' or 'x')",
  ],
  [
    'two exits',
    'for--a----x',
    'for--at--|x',
    "14:29: row 'worker 2, slot 2': expected nothing behind the exit of the worker ('|' or 'x')",
  ],
  [
    'an exit as asked that nobody asked for',
    'for--a----x',
    'for--a----|',
    "14:29: row 'worker 2, slot 2': expected 'x', because the master has not asked the worker to leave (t)",
  ],
  [
    'another exit after a request',
    'for--a----x',
    'for--a--t-x',
    "14:29: row 'worker 2, slot 2': expected '|', because the master has asked the worker to leave (t)",
  ],
  // What rows say about workers
  [
    'a row about a worker that is not drawn',
    /(?=SIGINT)/,
    'worker 7 loops    -!\n',
    "12:1: row 'worker 7 loops': expected also a row 'worker 7, slot …'",
  ],
  [
    'a row that begins before its worker',
    /(?=SIGINT)/,
    'worker 3 loops    --!\n',
    "12:21: row 'worker 3 loops': expected its first ! at 14 or later, when the worker is forked",
  ],
  [
    'a row that never begins',
    /(?=SIGINT)/,
    'worker 1 loops    ---\n',
    "12:19: row 'worker 1 loops': expected a ! where it begins",
  ],
  [
    'a row that ends twice',
    /(?=SIGINT)/,
    'worker 1 loops    -!!!\n',
    "12:22: row 'worker 1 loops': expected one ! where it begins, and at most one where it ends",
  ],
  [
    'two rows that say different things',
    /(?=SIGINT)/,
    'worker 1 rss 600M --!\nworker 1 rss 700M ---!\n',
    "13:1: row 'worker 1 rss 700M': expected one such row for each worker",
  ],
  // Decisions
  [
    'a decision without a column',
    '  10  slot',
    'slot',
    '19:1: expected a column that ends in the fourth character, two spaces and a sentence, such as \'  10  shutdown: SIGINT\', got "slot 2 gets a new worker in 4 ms (early exits: 1 of 100)"',
  ],
  [
    'a decision that is not aligned',
    '  10  slot',
    ' 10  slot',
    '19:2: expected a column that ends in the fourth character, two spaces and a sentence',
  ],
  [
    'a column without a decision',
    /  10  slot.*/,
    '  10',
    '19:3: expected a column that ends in the fourth character, two spaces and a sentence',
  ],
  ['decisions that are out of order', '  10  slot', '   1  slot', '19:4: expected column 2 or a later one, got 1'],
  [
    'an unknown end',
    '      complete',
    '      completes',
    "22:7: expected 'complete', or 'error: ' and the name of an error, got \"completes\"",
  ],
  [
    'a decision after the end',
    /$/,
    '  40  shutdown: SIGINT\n',
    "22:7: expected 'complete' at the end, because nothing follows the end of the cluster",
  ],
];

test.each(table)('%s is refused with its place', (_, search, replacement, message) => {
  const error = failure(crash.replace(search, replacement));
  expect(error).toBeInstanceOf(DiagramError);
  expect(error).toHaveProperty('message', expect.stringContaining(message));
});
