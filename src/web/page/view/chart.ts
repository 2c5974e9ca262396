import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { html } from './html.js';

interface Line {
  readonly label: string;
  /** The name of a colour of the style. */
  readonly color: string;
}

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Times in s, and the values of each line. */
  readonly data: readonly (readonly (number | null)[])[];
  readonly format: (value: number) => string;
  /** Draws again with other colours. */
  readonly dark: boolean;
}

const height = 150;
const hourS = 3_600;

/** A chart of uPlot, which draws on a canvas. What it shows is also in a sentence. */
export const Chart = ({ title, lines, data, format, dark }: ChartProps) => {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawn = new uPlot(optionsOf(element, lines, format), [[], ...lines.map(() => [])], element);
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    chart.current = drawn;
    return () => {
      resized.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
  }, [dark]);
  useEffect(() => {
    const last = data[0]?.at(-1);
    // uPlot does not change its data.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    chart.current?.setData(data as uPlot.AlignedData, false);
    if (typeof last === 'number')
      chart.current?.setScale('x', { min: Math.max(data[0]?.[0] ?? 0, last - hourS), max: last });
  });
  const latest = (at: number) =>
    formatted(
      data[at + 1]?.findLast((value) => value !== null),
      format,
    );
  return html`<section class="card chart" aria-label=${title}>
    <h2>
      ${title}
      ${lines.map(({ label, color }, at) => html`<small class=${`value ${color}`}>${label} <b>${latest(at)}</b></small>`)}
    </h2>
    <div ref=${place} aria-hidden="true"></div>
  </section>`;
};

const formatted = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '–' : format(value);

/** The colour of a variable of the style, as a canvas knows it. */
const colorIn =
  (element: HTMLElement) =>
  (name: string): string => {
    element.style.color = `var(--${name})`;
    const { color } = getComputedStyle(element);
    element.style.color = '';
    return color;
  };

const optionsOf = (element: HTMLElement, lines: readonly Line[], format: (value: number) => string): uPlot.Options => {
  const color = colorIn(element);
  const axis = {
    stroke: color('faint'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    width: element.clientWidth,
    height,
    cursor: { sync: { key: 'all' }, points: { size: 6 }, drag: { x: false } },
    legend: { show: true },
    scales: { y: { range: (_, __, most) => [0, Number.isFinite(most) && most > 0 ? most * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        space: 80,
        values: (_, times) => times.map((time) => new Date(time * 1_000).toLocaleTimeString('en-GB')),
      },
      { ...axis, size: 62, values: (_, values) => values.map(format) },
    ],
    series: [
      { value: (_, time) => (time ? new Date(time * 1_000).toLocaleTimeString('en-GB') : '–') },
      ...lines.map(({ label, color: name }) => ({
        label,
        stroke: color(name),
        width: 1.5,
        points: { show: false },
        value: (_: uPlot, value: number | null) => formatted(value, format),
      })),
    ],
  };
};
