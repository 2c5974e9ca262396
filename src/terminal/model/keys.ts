/** A key: its name, such as `up` or `enter`, or the character that it writes. */
export type Key = string;

const sequences: Readonly<Record<string, Key>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[3~': 'delete',
  '[Z': 'back-tab',
};

const controls: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u0003': 'ctrl-c',
  '\u0004': 'ctrl-d',
  '\u000C': 'ctrl-l',
  '\u001A': 'ctrl-z',
};

/** An escape sequence of a key, complete or not. */
// oxlint-disable-next-line no-control-regex
const sequence = /^\u001B(\[[0-?]*[ -/]*[@-~]|O[A-Za-z])/;
// oxlint-disable-next-line no-control-regex
const beginning = /^\u001B(\[[0-?]{0,16}[ -/]{0,4}|O)?$/;

/** The keys in what a terminal sends, and the beginning of one that is not complete: a single escape may be a key, or the rest has not arrived yet. Unknown ones are left out. */
export const decodeKeys = (sent: string): { readonly keys: readonly Key[]; readonly rest: string } => {
  const keys: Key[] = [];
  for (let left = sent; left !== '';) {
    const [whole, known] = sequence.exec(left) ?? [];
    if (whole !== undefined && known !== undefined) {
      const key = sequences[known];
      if (key !== undefined) keys.push(key);
      left = left.slice(whole.length);
    } else if (beginning.test(left)) return { keys, rest: left };
    else {
      const character = String.fromCodePoint(left.codePointAt(0) ?? 0);
      const key = character === '\u001B' ? 'escape' : (controls[character] ?? printable(character));
      if (key !== undefined) keys.push(key);
      left = left.slice(character.length);
    }
  }
  return { keys, rest: '' };
};

/** Characters that a key writes. */
const printable = (character: string): Key | undefined => (/^[\p{Cc}\p{Cs}]$/u.test(character) ? undefined : character);
