import { masters } from './masters.js';
import { major } from './results.js';
import { scenarios } from './scenarios.js';

const row = (cells) => `| ${cells.join(' | ')} |`;

const titles = {
  roll: 'A rolling restart under load',
  rolls: 'One master that rolls again and again under one load',
  respawn: 'SIGKILL of a worker, until as many listen as before',
  crashes: 'Workers that throw at their start',
  deploy: 'A reload with a release that throws at its start, under load (close, 50 ms)',
  shutdown: 'Asked to stop under load (50 ms)',
  shrink: 'One worker fewer under load (50 ms)',
  orphans: 'SIGKILL of the master alone',
};

/** Which table a result stands in. */
const heading = ({ scenario, load, node, workers, delay }) =>
  [
    load === undefined ? titles[scenario] : `${titles[scenario]}: ${load}`,
    `${workers} workers`,
    `Node ${major(node)}`,
    delay === 0 ? undefined : `${delay} ms of delay`,
  ]
    .filter(Boolean)
    .join('; ');

const order = Object.keys(masters);

/** Results as tables in markdown, in the order in which they first came. */
export const tables = (results) =>
  [...new Set(results.map(heading))]
    .map((title) => {
      const some = results.filter((result) => heading(result) === title);
      const { columns } = scenarios[some[0].scenario];
      const sorted = some.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
      return [
        `**${title}**\n`,
        row(['', ...Object.keys(columns)]),
        row(['---', ...Object.keys(columns).map(() => '---:')]),
        ...sorted.map(({ title: name, figures }) =>
          row([name, ...Object.values(columns).map((cell) => cell(figures))]),
        ),
      ].join('\n');
    })
    .join('\n\n');
