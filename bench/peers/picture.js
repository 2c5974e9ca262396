import { masters } from './masters.js';
import { scenarios } from './scenarios.js';

const bar = 112;
const linear = (value, most) => (bar * Math.min(value, most)) / most;
/** A logarithmic length, with none for 0, so that zero can be distinguished. */
const logarithmic = (value, most) =>
  value === 0 ? 0 : 4 + (bar - 4) * (Math.log10(Math.max(value, 1)) / Math.log10(most));

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const failed = (load) => ({
  title: 'failed requests of a roll',
  subtitle: load,
  scenario: 'roll',
  load,
  length: logarithmic,
  value: (rolls) => mean(rolls.map((roll) => roll.failed)),
  text: (rolls) =>
    `${scenarios.roll.columns.failed(rolls)}${rolls.some(({ gone }) => gone === null) ? ', unfinished' : ''}`,
});

const panels = [
  failed('keep-alive 50 ms'),
  failed('keep-alive 50 ms, 1 s boot'),
  failed('close 50 ms'),
  {
    title: 'SIGKILL until replaced',
    subtitle: 'a light worker, median of 7',
    scenario: 'respawn',
    load: 'a light worker',
    length: linear,
    value: scenarios.respawn.median,
    text: scenarios.respawn.columns['median of 7'],
  },
];

const left = 160;
const column = 210;
const top = 64;
const row = 26;
const width = left + column * panels.length;

const text = (x, y, content, kind = '') => `<text x="${x}" y="${y}" class="${kind}">${content}</text>`;

/** The results of one set-up as an SVG for light and for dark pages. */
export const picture = (results) => {
  const names = Object.keys(masters).filter((name) => results.some((result) => result.name === name));
  const height = top + row * names.length + 30;
  const found = ({ scenario, load }) =>
    names.map((name) =>
      results.find((result) => result.name === name && result.scenario === scenario && result.load === load),
    );

  /** The longest bar of all panels that show the same. */
  const mostOf = (title) =>
    Math.max(
      10,
      ...panels
        .filter((other) => other.title === title)
        .flatMap((other) =>
          found(other)
            .filter(Boolean)
            .map(({ figures }) => other.value(figures)),
        ),
    );

  const panel = ({ title, subtitle, scenario, load, length, value, text: label }, index) => {
    const x = left + column * index;
    const most = mostOf(title);
    const rows = found({ scenario, load }).map((result, line) => {
      const y = top + row * line;
      if (result === undefined) return text(x, y + 14, '–', 'quiet');
      const long = length(value(result.figures), most);
      return `<rect x="${x}" y="${y + 2}" width="${long.toFixed(1)}" height="16" rx="2" class="${result.name === 'proteus' ? 'ours' : 'bar'}"/>${text(x + long + 6, y + 14, label(result.figures))}`;
    });
    return [text(x, 22, title, 'title'), text(x, 40, subtitle, 'quiet'), ...rows].join('\n');
  };

  const [{ node }] = results;
  const titles = names.map((name, line) =>
    text(
      left - 12,
      top + row * line + 14,
      results.find((result) => result.name === name).title.replace(/ \+ .*/, ' + reload'),
      'name',
    ),
  );

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>proteus-cluster and its peers: failed requests of a rolling restart, and how long a killed worker is missing</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.name { text-anchor: end }
.quiet { fill: #6e7781 }
.bar { fill: #8c959f }
.ours { fill: #2da44e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.quiet { fill: #9198a1 }
.bar { fill: #6e7681 }
.ours { fill: #3fb950 }
}
</style>
${titles.join('\n')}
${panels.map(panel).join('\n')}
${text(left, height - 8, `2 workers, 50 clients, Node ${node.slice(1)}; two rolls each; bars of failed requests are logarithmic; unfinished: old workers are still there after 20 s`, 'quiet')}
</svg>
`;
};
