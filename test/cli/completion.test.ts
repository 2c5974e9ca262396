import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { completionOf } from '../../src/cli/completions.js';

const script = (shell: 'bash' | 'zsh' | 'fish', folder: string): string => {
  const file = join(folder, `proteus.${shell}`);
  writeFileSync(file, completionOf(shell, commands));
  return file;
};

const fresh = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** What bash completes for a line whose last word is being typed. `proteus list --names` prints two clusters. */
const inBash = (line: string, names = String.raw`web\njobs\n`): readonly string[] => {
  const file = script('bash', fresh());
  const words = line.split(' ');
  const code = `
    proteus() { printf '${names}'; }
    source ${file}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    _proteus
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', code], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((word) => word !== '');
};

test('bash accepts the script', () => {
  const { status, stderr } = spawnSync('bash', ['-n', script('bash', fresh())], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('bash completes commands', () => {
  expect(inBash('proteus re')).toEqual(['restart', 'reload', 'record', 'resume', 'reproduce', 'rehearse']);
  expect(inBash('proteus ')).toEqual(expect.arrayContaining(['start', 'ls', 'completion']));
});

test('bash completes commands of two words, and their options', () => {
  expect(inBash('proteus fl')).toEqual(['fleet']);
  expect(inBash('proteus fleet re')).toEqual(['restart', 'resume']);
  expect(inBash('proteus fleet restart --ca')).toEqual(['--canary']);
  expect(inBash('proteus fleet logs --level w')).toEqual(['warn']);
  expect(inBash('proteus fleet restart w')).toEqual(['web']);
  // The command of one word has options of its own.
  expect(inBash('proteus restart --ca')).toEqual([]);
});

test('bash completes options', () => {
  expect(inBash('proteus logs --l')).toEqual(['--lines', '--level']);
  expect(inBash('proteus ls --j')).toEqual(['--json']);
});

test('bash completes the values of options that have a few', () => {
  expect(inBash('proteus logs --level w')).toEqual(['warn']);
});

test('bash completes the names of clusters that run', () => {
  expect(inBash('proteus restart w')).toEqual(['web']);
  expect(inBash('proteus stop ')).toEqual(['web', 'jobs']);
});

test('bash does not run what is in the name of a cluster', () => {
  expect(inBash('proteus stop ', String.raw`$(echo ran)\n\140echo ran\140\na b\n`)).toEqual([
    String.raw`\$\(echo\ ran\)`,
    '\\`echo\\ ran\\`',
    String.raw`a\ b`,
  ]);
});

test('bash leaves files to itself, and completes the shells', () => {
  expect(inBash('proteus start s')).toEqual([]);
  expect(inBash('proteus completion b')).toEqual(['bash']);
});

/** `npm test` needs nothing but Node, so a shell that is missing is taken to accept the script. */
const acceptedBy = (shell: string, ...args: readonly string[]) => {
  const { status, stderr, error } = spawnSync(shell, args, { encoding: 'utf8' });
  return error === undefined ? { status, stderr } : { status: 0, stderr: '' };
};

test.for([
  ['zsh', '-n'],
  ['fish', '--no-execute'],
] as const)('%s accepts the script, and it has all commands', ([shell, check]) => {
  expect(acceptedBy(shell, check, script(shell, fresh()))).toEqual({ status: 0, stderr: '' });
  const text = completionOf(shell, commands);
  for (const { name } of commands) for (const word of name.split(' ')) expect(text).toContain(word);
  // Quotes are paired in each line.
  for (const line of text.split('\n'))
    expect([line, line.replaceAll(String.raw`'\''`, '').split("'").length % 2]).toEqual([line, 1]);
});
