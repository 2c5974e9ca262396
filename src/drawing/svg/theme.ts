interface Colours {
  readonly paper: string;
  readonly edge: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly green: string;
  readonly soft: string;
  readonly amber: string;
  readonly red: string;
  readonly blue: string;
  readonly purple: string;
  /** Letters on a filled marble. */
  readonly on: string;
}

const light: Colours = {
  paper: '#ffffff',
  edge: '#d1d9e0',
  text: '#1f2328',
  quiet: '#59636e',
  line: '#afb8c1',
  green: '#1a7f37',
  soft: '#aceebb',
  amber: '#9a6700',
  red: '#cf222e',
  blue: '#0969da',
  purple: '#8250df',
  on: '#ffffff',
};

const dark: Colours = {
  paper: '#0d1117',
  edge: '#3d444d',
  text: '#f0f6fc',
  quiet: '#9198a1',
  line: '#656c76',
  green: '#3fb950',
  soft: '#1b4a2a',
  amber: '#d29922',
  red: '#f85149',
  blue: '#4493f8',
  purple: '#ab7df8',
  on: '#0d1117',
};

/** Follows the colour scheme of the reader, also where the picture is in an `<img>`. */
export const style = (): string => `
.marbles text { font: 12.5px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
.marbles .title { font-size: 15px; font-weight: 600 }
.marbles .name { font-weight: 600 }
.marbles .long { font-size: 10.5px }
.marbles .time, .marbles .slot { font-size: 11px }
.marbles .meaning { font-size: 12px }
.marbles .tick { font-size: 11px; text-anchor: middle }
.marbles .right { text-anchor: end }
.marbles g text { font: bold 11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; text-anchor: middle }
.marbles path { fill: none }
.marbles circle { stroke-width: 1.6 }
.marbles .booting { stroke-width: 2; stroke-dasharray: 0.1 4; stroke-linecap: round }
.marbles .ready, .marbles .serving, .marbles .leaving, .marbles .killed { stroke-width: 5 }
.marbles .guide { stroke-width: 1; stroke-dasharray: 2 3 }
.marbles .condition { stroke-width: 5 }
.marbles .time-line { stroke-width: 1.5 }
.marbles .end path { stroke-width: 2.5; stroke-linecap: round }
.marbles .crash path { stroke-width: 2.8; stroke-linecap: round }
.marbles .crash .around { stroke-width: 6.5 }
${scheme(light)}
@media (prefers-color-scheme: dark) {
${scheme(dark)}
}
`;

const scheme = ({ paper, edge, text, quiet, line, green, soft, amber, red, blue, purple, on }: Colours): string =>
  `.marbles text { fill: ${text} }
.marbles .paper { fill: ${paper}; stroke: ${edge} }
.marbles .time, .marbles .slot, .marbles .tick, .marbles .meaning { fill: ${quiet} }
.marbles .booting, .marbles .time-line, .marbles .guide, .marbles .killed { stroke: ${line} }
.marbles path.ready { stroke: ${soft} }
.marbles .serving { stroke: ${green}; stroke-opacity: 0.55 }
.marbles .leaving { stroke: ${amber}; stroke-opacity: 0.45 }
.marbles .condition { stroke: ${purple}; stroke-opacity: 0.6 }
.marbles circle { fill: ${paper} }
.marbles .boot circle { stroke: ${line} }
.marbles .ready circle { stroke: ${green} }
.marbles .serve circle { fill: ${green}; stroke: ${green} }
.marbles .leave circle { fill: ${amber}; stroke: ${amber} }
.marbles .kill circle { fill: ${red}; stroke: ${red} }
.marbles .message circle { fill: ${blue}; stroke: ${blue} }
.marbles .serve text, .marbles .leave text, .marbles .kill text, .marbles .message text { fill: ${on} }
.marbles .input path { fill: ${blue} }
.marbles .lasting path { fill: ${purple} }
.marbles .end path { stroke: ${text} }
.marbles .crash path { stroke: ${red} }
.marbles .crash .around { stroke: ${paper} }`;
