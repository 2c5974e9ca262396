import type { Command, Option } from './command.js';
import { commonOptions } from './parse.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script with which a shell completes the commands, their options, and the names of clusters that run. */
export const completionOf = (shell: Shell, commands: readonly Command[]): string => {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
};

const namesOf = ({ name, aliases = [] }: Command): readonly string[] => [name, ...aliases];
const optionsOf = ({ options }: Command): readonly (readonly [string, Option])[] =>
  Object.entries({ ...options, ...commonOptions });
const flagsOf = (command: Command): readonly string[] =>
  optionsOf(command).flatMap(([name, { short }]) => (short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]));
/** Options with a few values, by their flags. */
const choicesOf = (command: Command) =>
  optionsOf(command).flatMap(([name, { choices, short }]) =>
    choices === undefined ? [] : [{ flags: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])], choices }],
  );

const bash = (commands: readonly Command[]): string => `# bash completion of proteus
_proteus_clusters() {
  local name
  COMPREPLY=()
  # compgen -W would run what is in a name, such as $(…).
  while IFS= read -r name; do
    if [[ $name == "$1"* ]]; then COMPREPLY+=("$(printf %q "$name")"); fi
  done < <(proteus list --names 2>/dev/null)
}
_proteus() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${commands.flatMap(namesOf).join(' ')}'
  else
    case \${COMP_WORDS[1]} in
${commands.map(bashCase).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _proteus proteus
`;

const bashCase = (command: Command): string => {
  const choices = choicesOf(command).map(
    ({ flags, choices }) => `          ${flags.join(' | ')}) words='${choices.join(' ')}' ;;`,
  );
  const usual = `          *) case $current in -*) words='${flagsOf(command).join(' ')}' ;; *) ${bashWords(command)} ;; esac ;;`;
  return [
    `      ${namesOf(command).join(' | ')})`,
    '        case $previous in',
    ...choices,
    usual,
    '        esac',
    '        ;;',
  ].join('\n');
};

/** The words that may follow a command: the given ones, files (an empty list), or the clusters that run. */
const bashWords = ({ completes }: Command): string => {
  if (completes === undefined) return '_proteus_clusters "$current"; return';
  return `words='${completes === 'file' ? '' : completes.join(' ')}'`;
};

/** In single quotes, as all three shells read them. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const zsh = (commands: readonly Command[]): string => `#compdef proteus
_proteus_clusters() {
  local -a names
  names=(\${(f)"$(proteus list --names 2>/dev/null)"})
  compadd -a names
}
_proteus() {
  local -a commands
  if (( CURRENT == 2 )); then
    commands=(
${commands.flatMap((command) => namesOf(command).map((name) => `      ${quoted(`${name}:${command.summary.replaceAll(':', String.raw`\:`)}`)}`)).join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(zshCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _proteus ]; then _proteus "$@"; else compdef _proteus proteus; fi
`;

const zshCase = (command: Command): string => {
  const options = optionsOf(command).flatMap(([name, option]) =>
    [`--${name}`, ...(option.short === undefined ? [] : [`-${option.short}`])].map((flag) =>
      quoted(`${flag}[${option.text.replaceAll(/[[\]:]/g, String.raw`\$&`)}]${zshValue(option)}`),
    ),
  );
  return `    ${namesOf(command).join('|')}) _arguments ${options.join(' ')} ${quoted(`*:word:${zshWords(command)}`)} ;;`;
};

const zshValue = ({ value, choices }: Option): string => {
  if (value === undefined) return '';
  return `:${value}:${choices === undefined ? (value === 'file' || value === 'folder' ? '_files' : '') : `(${choices.join(' ')})`}`;
};

const zshWords = ({ completes }: Command): string => {
  if (completes === 'file') return '_files';
  return completes === undefined ? '_proteus_clusters' : `(${completes.join(' ')})`;
};

const fish = (commands: readonly Command[]): string =>
  [
    '# fish completion of proteus',
    'complete -c proteus -f',
    ...commands.flatMap((command) =>
      namesOf(command).map(
        (name) => `complete -c proteus -n __fish_use_subcommand -a ${name} -d ${quoted(command.summary)}`,
      ),
    ),
    ...commands.flatMap(fishOptions),
  ]
    .join('\n')
    .concat('\n');

const fishOptions = (command: Command): readonly string[] => {
  const when = `-n ${quoted(`__fish_seen_subcommand_from ${namesOf(command).join(' ')}`)}`;
  const words =
    command.completes === 'file'
      ? `complete -c proteus ${when} -F`
      : `complete -c proteus ${when} -a ${quoted(command.completes === undefined ? '(proteus list --names 2>/dev/null)' : command.completes.join(' '))}`;
  return [
    words,
    ...optionsOf(command).map(([name, { short, value, choices, text }]) =>
      [
        `complete -c proteus ${when} -l ${name}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...(value === undefined ? [] : [value === 'file' || value === 'folder' ? '-r -F' : '-r']),
        ...(choices === undefined ? [] : [`-a ${quoted(choices.join(' '))}`]),
        `-d ${quoted(text)}`,
      ].join(' '),
    ),
  ];
};
