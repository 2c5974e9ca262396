/** The one of them that the README shows, without decisions. */
const first = 'roll';

/**
 * The files that show the texts of marbles/, by their paths: a picture of each, a page with all of them, and the picture of the README.
 *
 * @param {readonly { name: string, text: string }[]} texts
 * @param {(text: string, options?: { decisions: boolean }) => string} toSvg
 * @returns {ReadonlyMap<string, string>}
 */
export const gallery = (texts, toSvg) => {
  const diagrams = texts
    .map(({ name, text }) => ({ name, svg: drawn(name, text, toSvg), ...headOf(text) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return new Map([
    ...diagrams.map(({ name, svg }) => [`docs/diagrams/${name}.svg`, svg]),
    ['docs/diagrams.md', pageOf(diagrams)],
    ...texts.filter(({ name }) => name === first).map(({ text }) => ['docs/roll.svg', toSvg(text, { decisions: false })]),
  ]);
};

const drawn = (name, text, toSvg) => {
  try {
    return toSvg(text);
  } catch (error) {
    throw new Error(`marbles/${name}.txt: ${error.message}`, { cause: error });
  }
};

/** The title of a diagram, and its paragraphs. */
const headOf = (text) => {
  const [head = ''] = text.split(/^(?:options|diagram)$/m);
  const [first = '', ...prose] = head.trim().split('\n');
  return { title: first.replace(/^# /, ''), prose: prose.join('\n').trim() };
};

const pageOf = (diagrams) => `<!-- Written by npm run marbles -->

# Diagrams

What the master does, in ${diagrams.length} situations. Each picture is drawn from a text in [marbles](../marbles), and each text is a test: the real master runs it over simulated workers in virtual time, and must decide exactly this.

Time runs to the right, in the unit at the left of the ruler. It is stretched where much happens, so distances cannot be compared. A green line is a worker that serves, a yellow one a worker that leaves. A blue triangle comes from outside. Below the workers are the decisions of the master.
The words under a picture say what each sign means; [marbles/README.md](../marbles/README.md) lists all of them.

${diagrams.map(({ title }) => `- [${title}](#${anchorOf(title)})`).join('\n')}

${diagrams.map(sectionOf).join('\n')}`;

const sectionOf = ({ name, title, prose }) => `## ${title}

${prose}

![${title}: rows of workers, and the decisions](diagrams/${name}.svg)

The text: [marbles/${name}.txt](../marbles/${name}.txt)
`;

/** What GitHub makes of a heading when one links to it. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
