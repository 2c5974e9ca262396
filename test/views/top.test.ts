import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { EventLine } from '../../src/client.js';
import { cli, placeWith, type Place } from '../cli/proteus.js';
import { portOf, socketIn } from '../control/harness.js';
import { program, workers } from '../process/harness.js';
import { openTerminal, type Terminal } from './tmux.js';

const top = `${process.execPath} ${cli} top`;

/** The events of the only master. */
const eventsOf = async ({ proteus }: Place): Promise<readonly EventLine[]> =>
  (await proteus('events', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The sentences under a title of the screen, without their times and clusters. */
const sentences = (screen: string, title: string): readonly string[] => {
  const lines = screen.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`── ${title} `));
  const length = lines.slice(from + 1).findIndex((line) => !/^ \d\d:\d\d:\d\d /.test(line));
  return lines.slice(from + 1, from + 1 + length).map((line) => line.slice(' 12:34:56 web '.length));
};

/** As a shell expects it. */
const untouched = { alternate: false, cursor: true };

/** How a program has left the terminal: rejects if its modes are not those that it was opened with. */
const leftBehind = async ({ enter, shows, modes, idle }: Terminal) => {
  await idle();
  enter("clear; stty -g | cmp - modes && echo 'is restored'");
  await shows(/^is restored$/m);
  return modes();
};

test('a crash, a restart and an open slot are shown as the events tell them', async () => {
  const place = placeWith({ 'web.mjs': workers.http });
  const { pid } = await place.master('web.mjs', '-w', '2');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(top);
  await terminal.shows(
    /^web 2\/2 +running +\d+/m,
    /^ {2}1 +available +1 /m,
    /^ {2}2 +available +1 /m,
    /slot 2 #2 +.*a/,
  );
  await terminal.shows(/^ {2}1 +available .* \d+% +[▁▂▃▄▅▆▇█]/m);
  expect(terminal.screen()).toContain(String(pid));

  const [first] = (await eventsOf(place)).flatMap(({ event }) => (event.type === 'fork' ? [event.worker.pid] : []));
  process.kill(first ?? 0, 'SIGKILL');
  await terminal.shows(/^ {2}1 +available +2 /m, /slot 1 #1 .*x$/m, /slot 1 #3 .*a/);

  terminal.press('Down', 'Enter');
  await terminal.shows(
    /^ web slot 1 available/m,
    /#1 gen 1 pid \d+ \(start\), ready after/,
    /was ended by SIGKILL/,
    /#3 gen 2 pid \d+ \(respawn\)/,
  );
  terminal.press('Escape', 'Up');

  terminal.press('r');
  await terminal.shows(/Restart web: replaces its 2 workers/, / y {2}do it/);
  terminal.press('n');
  await terminal.shows(/q quit/);
  terminal.press('r', 'y');
  await terminal.shows(/web: the restart is done/, /^ {2}1 +available +3 /m, /^ {2}2 +available +2 /m);

  const screen = await terminal.shows(/restart 1 done/);
  const told = (await eventsOf(place))
    .filter(({ level }) => level !== 'trace' && level !== 'debug')
    .map(({ text }) => text.slice(0, 80 - ' 12:34:56 web '.length).trimEnd());
  const shown = sentences(screen, 'decisions');
  expect(shown.length).toBeGreaterThan(2);
  expect(shown).toEqual(told.slice(-shown.length));
  terminal.press('q');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('another size is drawn whole, and a small one says what it needs', async () => {
  const place = placeWith({ 'web.mjs': workers.http });
  await place.master('web.mjs', '-w', '2');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(top);
  await terminal.shows(/^web 2\/2/m, /q quit/);
  terminal.resize(140, 40);
  const wide = await terminal.shows(/crash/, /x crash {1}k kill ─/);
  expect(wide.trimEnd().split('\n').at(-1)).toMatch(/q quit/);
  expect(wide.trimEnd().split('\n')).toHaveLength(40);
  terminal.resize(30, 8);
  await terminal.shows(/40x10 at least/);
  terminal.resize(80, 24);
  await terminal.shows(/^web 2\/2/m, /q quit/);
  terminal.press('C-c');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('Ctrl-Z gives the terminal back, fg takes it again, and signals end it with the terminal restored', async () => {
  const place = placeWith({ 'web.mjs': workers.http });
  await place.master('web.mjs', '-w', '1');
  const terminal = openTerminal(place.folder, place.env);
  for (const signal of ['TERM', 'HUP', 'INT']) {
    terminal.enter('clear');
    terminal.enter(top);
    // One after the other.
    /* oxlint-disable no-await-in-loop */
    await terminal.shows(/^web 1\/1/m);
    terminal.press('C-z');
    await terminal.shows(/Stopped/);
    expect(await leftBehind(terminal)).toEqual(untouched);
    terminal.enter('fg');
    await terminal.shows(/^web 1\/1/m, /q quit/);
    expect(terminal.modes()).toEqual({ alternate: true, cursor: false });
    terminal.press('C-z');
    await terminal.shows(/Stopped/);
    terminal.enter(`kill -CONT %1; kill -${signal} %1; wait; echo ended`);
    await terminal.shows(/^ended$/m);
    expect(await leftBehind(terminal)).toEqual(untouched);
    /* oxlint-enable no-await-in-loop */
  }
});

test('an error that nobody catches is printed on the terminal as it was before', async () => {
  const place = placeWith({
    'web.mjs': workers.http,
    'failing.mjs': `
      import { writeFileSync } from 'node:fs';
      writeFileSync('pid', String(process.pid));
      process.on('SIGUSR2', () => { throw new Error('nobody catches it'); });`,
  });
  await place.master('web.mjs', '-w', '1');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(`NODE_OPTIONS='--import ./failing.mjs' ${top}`);
  await terminal.shows(/^web 1\/1/m);
  process.kill(Number(readFileSync(join(place.folder, 'pid'), 'utf8')), 'SIGUSR2');
  await terminal.shows(/Error: nobody catches it/);
  expect(await leftBehind(terminal)).toEqual(untouched);
});

/** How a command has ended that wrote its errors into `err` and its exit code into `code`. */
const endedIn = async (folder: string) => {
  await vi.waitUntil(() => existsSync(join(folder, 'code')), { timeout: 30_000 });
  const [code, errors] = ['code', 'err'].map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return { code: Number(code), errors };
};

const events = `${process.execPath} ${cli} events web --follow`;
/** In another session: it gets no signal, and only finds that nobody can type or read any more. */
const apart = (command: string) => `setsid -w sh -c "(exec ${command} 2> err); echo \\$? > code.new; mv code.new code"`;

test.for([
  // The shell that writes down the exit code ignores the signal; the command has its own handlers.
  ['with a SIGHUP', `(trap '' HUP; ${top} 2> err; echo $? > code.new; mv code.new code)`, /^web 1\/1/m],
  ['without a signal', apart(top), /^web 1\/1/m],
  ['while events are followed', apart(events), / web │ /],
] as const)('a terminal that goes away, %s, ends a command without a word', async ([, command, shown]) => {
  const place = placeWith({ 'web.mjs': workers.http });
  await place.master('web.mjs', '-w', '1');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(command);
  await terminal.shows(shown);
  terminal.hangUp();
  // Something to show.
  await place.proteus('scale', 'web', '2');
  expect(await endedIn(place.folder)).toEqual({ code: 128 + constants.signals.SIGHUP, errors: '' });
});

test('in a pipe it is one clear error, and the terminal is as before', async () => {
  const place = placeWith({});
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(`${top} | head -1`);
  await terminal.shows(/expected a terminal, got no terminal as stdout/);
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('a command whose reader has gone ends without a word', async () => {
  const place = placeWith({ 'web.mjs': workers.http });
  await place.master('web.mjs', '-w', '1');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(`(${events} 2> err; echo $? > code.new; mv code.new code) | head -1`);
  await terminal.shows(/ web │ /);
  // The next event is for nobody.
  await place.proteus('scale', 'web', '2');
  expect(await endedIn(place.folder)).toEqual({ code: 0, errors: '' });
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('a master on TCP is shown with its token, and a wrong one is one clear error', async () => {
  const token = 'a-token-for-the-tests';
  const place = placeWith({
    'web.mjs': workers.http,
    'master.mjs': `
      import { cluster$ } from 'proteus-cluster';
      cluster$({ exec: 'web.mjs', name: 'web', worker: 1, pid: false, control: { port: 0, token: '${token}' } }).subscribe();`,
  });
  const started = program(place.folder, process.execPath, ['master.mjs'], { env: place.env });
  await started.printed(/is ready after/);
  const url = `http://127.0.0.1:${await portOf(await socketIn(join(place.folder, 'run'), started.pid))}`;
  // Without the folder of the sockets it has only the URL.
  const env = { ...place.env, PROTEUS_RUNTIME_DIR: join(place.folder, 'elsewhere'), PROTEUS_TOKEN: token };
  const terminal = openTerminal(place.folder, env);
  terminal.enter(`PROTEUS_TOKEN=wrong-token-wrong-token ${top} --url ${url}`);
  await terminal.shows(/the token/);
  terminal.enter(`clear; ${top} --url ${url}`);
  await terminal.shows(/^web 1\/1 +running/m, /^ {2}1 +available +1 /m, /q quit/);
  terminal.press('r', 'y');
  await terminal.shows(/web: the restart is done/, /^ {2}1 +available +2 /m);
  terminal.press('q');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('masters that appear, are stopped and are killed are shown as such', async () => {
  const place = placeWith({ 'web.mjs': workers.http, 'jobs.mjs': workers.http });
  const terminal = openTerminal(place.folder, place.env, 100, 30);
  terminal.enter(top);
  await terminal.shows(/No master runs/);
  const web = await place.master('web.mjs', '-w', '1');
  await terminal.shows(/1 master, 1 cluster/, /^web 1\/1/m);
  const jobs = await place.master('jobs.mjs', '-w', '1');
  await terminal.shows(/2 masters, 2 clusters/, /^jobs 1\/1/m);
  jobs.signal('SIGSTOP');
  await terminal.shows(/jobs \(pid \d+\): the master does not answer, no data for/, /^jobs .* no answer/m);
  jobs.signal('SIGCONT');
  await terminal.shows(/jobs the master \(pid \d+\) answers again/);
  web.signal('SIGKILL');
  await terminal.shows(/web \(pid \d+\): the master has ended, no data for/, /^web .* lost/m, /1 master, 1 cluster/);
  terminal.press('q');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('what workers write is shown, and cannot control the terminal', async () => {
  const place = placeWith({
    'web.mjs': `${workers.http}
      setInterval(() => console.log('\\x1b[2J\\x1b]0;owned\\x07漢字 \\x1b[31mred\\x1b[0m line'), 100);`,
  });
  await place.master('web.mjs', '-w', '1');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(top);
  const screen = await terminal.shows(/ web\/1 漢字 red line$/m, /^web 1\/1/m);
  expect(screen.split('\n')[0]).toMatch(/^ proteus top/);
  terminal.press('q');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('a recording is played, and a file that is none is one clear error', async () => {
  const place = placeWith({ 'web.mjs': workers.http });
  await place.master('web.mjs', '-w', '2');
  await place.proteus('record', '--last', '1h', '-o', 'incident.jsonl');
  writeFileSync(join(place.folder, 'other.jsonl'), 'no recording\n');
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(`${top} other.jsonl`);
  await terminal.shows(/proteus: recording: .*other\.jsonl/);
  terminal.enter(`${top} incident.jsonl`);
  await terminal.shows(/(playing|ended) 1x/, /space/);
  terminal.press('.');
  terminal.press('>', '>');
  terminal.press('Space');
  await terminal.shows(/ended 5x .* 100%/, /^web 2\/2 +running/m);
  terminal.press('r');
  await terminal.shows(/A recording cannot be changed/);
  terminal.press('q');
  expect(await leftBehind(terminal)).toEqual(untouched);
});

test('a dumb terminal is one clear error', async () => {
  const place = placeWith({});
  const terminal = openTerminal(place.folder, place.env);
  terminal.enter(`TERM=dumb ${top}`);
  expect(await terminal.shows(/See: proteus top --help/)).toContain(
    'proteus: top: expected a terminal, got TERM=dumb.',
  );
});
