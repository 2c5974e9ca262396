import { type Command, namesOf, type Option } from './command.js';
import { commonOptions } from './parse.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script with which a shell completes the commands, their options, and the names of clusters that run. */
export const completionOf = (shell: Shell, commands: readonly Command[]): string => {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
};

/** What can be the first word: the commands of one word, and the first words of the others. */
const firstWords = (commands: readonly Command[]): readonly string[] => [
  ...new Set(commands.flatMap(namesOf).map((name) => name.split(' ')[0] ?? name)),
];

/** The first words of commands that have two, each with what can follow. */
const familiesOf = (
  commands: readonly Command[],
): readonly (readonly [family: string, commands: readonly Command[]])[] =>
  firstWords(commands)
    .map((word) => [word, commands.filter(({ name }) => name.startsWith(`${word} `))] as const)
    .filter(([, own]) => own.length > 0);
const secondWords = (commands: readonly Command[]): readonly string[] =>
  commands.flatMap(namesOf).map((name) => name.split(' ')[1] ?? '');
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
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words= command=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${firstWords(commands).join(' ')}'
${familiesOf(commands)
  .map(
    ([family, own]) => `  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = ${family} ]; then
    words='${secondWords(own).join(' ')}'`,
  )
  .join('\n')}
  else
    case $command in ${familiesOf(commands)
      .map(([family]) => family)
      .join(' | ')}) command="$command \${COMP_WORDS[2]}" ;; esac
    case $command in
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
    `      ${namesOf(command).map(asPattern).join(' | ')})`,
    '        case $previous in',
    ...choices,
    usual,
    '        esac',
    '        ;;',
  ].join('\n');
};

/** The pattern of a `case`, for bash and zsh. */
const asPattern = (name: string): string => (name.includes(' ') ? `'${name}'` : name);

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
${commands
  .filter(({ name }) => !name.includes(' '))
  .flatMap(zshDescriptions)
  .concat(familiesOf(commands).map(([family]) => `      ${quoted(`${family}:Commands of many hosts.`)}`))
  .join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
${familiesOf(commands).map(zshFamily).join('\n')}
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(zshCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _proteus ]; then _proteus "$@"; else compdef _proteus proteus; fi
`;

const zshDescriptions = (command: Command): readonly string[] =>
  namesOf(command).map(
    (name) => `      ${quoted(`${name.split(' ').at(-1) ?? name}:${command.summary.replaceAll(':', String.raw`\:`)}`)}`,
  );

const zshFamily = ([family, own]: readonly [
  string,
  readonly Command[],
]): string => `  if [[ $command == ${family} ]]; then
    if (( CURRENT == 3 )); then
      commands=(
${own.flatMap(zshDescriptions).join('\n')}
      )
      _describe command commands
      return
    fi
    command="${family} $words[3]"
    shift words
    (( CURRENT-- ))
  fi`;

const zshCase = (command: Command): string => {
  const options = optionsOf(command).flatMap(([name, option]) =>
    [`--${name}`, ...(option.short === undefined ? [] : [`-${option.short}`])].map((flag) =>
      quoted(`${flag}[${option.text.replaceAll(/[[\]:]/g, String.raw`\$&`)}]${zshValue(option)}`),
    ),
  );
  return `    ${namesOf(command).map(asPattern).join('|')}) _arguments ${options.join(' ')} ${quoted(`*:word:${zshWords(command)}`)} ;;`;
};

const zshValue = ({ value, choices }: Option): string => {
  if (value === undefined) return '';
  return `:${value}:${choices === undefined ? (value === 'file' || value === 'folder' ? '_files' : '') : `(${choices.join(' ')})`}`;
};

const zshWords = ({ completes }: Command): string => {
  if (completes === 'file') return '_files';
  return completes === undefined ? '_proteus_clusters' : `(${completes.join(' ')})`;
};

const fish = (commands: readonly Command[]): string => {
  const families = familiesOf(commands);
  return [
    '# fish completion of proteus',
    'complete -c proteus -f',
    ...commands
      .filter(({ name }) => !name.includes(' '))
      .flatMap((command) => namesOf(command).map((name) => fishWord('__fish_use_subcommand', name, command.summary))),
    ...families.flatMap(([family, own]) => [
      fishWord('__fish_use_subcommand', family, 'Commands of many hosts.'),
      ...own.flatMap((command) =>
        secondWords([command]).map((word) =>
          fishWord(
            `__fish_seen_subcommand_from ${family}; and not __fish_seen_subcommand_from ${secondWords(own).join(' ')}`,
            word,
            command.summary,
          ),
        ),
      ),
    ]),
    ...commands.flatMap(fishOptions(families.map(([family]) => family))),
  ]
    .join('\n')
    .concat('\n');
};

const fishWord = (when: string, word: string, text: string): string =>
  `complete -c proteus -n ${quoted(when)} -a ${word} -d ${quoted(text)}`;

/** A word of a family can be that of another command, too: `fleet ls` and `ls`. */
const fishCondition = (command: Command, families: readonly string[]): string => {
  const seen = '__fish_seen_subcommand_from';
  const [family = '', second] = command.name.split(' ');
  if (second !== undefined) return `${seen} ${family}; and ${seen} ${secondWords([command]).join(' ')}`;
  const none = families.length === 0 ? '' : `not ${seen} ${families.join(' ')}; and `;
  return `${none}${seen} ${namesOf(command).join(' ')}`;
};

const fishOptions =
  (families: readonly string[]) =>
  (command: Command): readonly string[] => {
    const when = `-n ${quoted(fishCondition(command, families))}`;
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
