const left = 70;
const right = 16;
const width = 760;
const panelHeight = 96;
const gap = 44;
const top = 34;

const text = (x, y, content, kind = '') => `<text x="${x}" y="${y}" class="${kind}">${content}</text>`;

/**
 * A run as an SVG for light and for dark pages: panels one below the other, from left to right the time.
 * `panels`: `{ title, most, unit, points: [[second, value] …], steps, limits: [{ value, name }] }`.
 */
export const draw = ({ title, description, seconds, panels, marks, note }) => {
  const x = (second) => (left + ((width - left - right) * second) / seconds).toFixed(1);
  const height = top + panels.length * (panelHeight + gap) + 28;

  const panel = ({ title, most, unit, points, steps = false, limits = [] }, index) => {
    const base = top + index * (panelHeight + gap) + panelHeight;
    const y = (value) => (base - (panelHeight * Math.min(value, most)) / most).toFixed(1);
    const path = points.map(([second, value], at) => {
      if (at === 0) return `M${x(second)} ${y(value)}`;
      return steps ? `H${x(second)}V${y(value)}` : `L${x(second)} ${y(value)}`;
    });
    const last = steps && points.length > 0 ? `H${x(seconds)}` : '';
    return [
      text(left, base - panelHeight - 10, title, 'title'),
      text(left - 8, base - panelHeight + 5, `${most}${unit}`, 'scale'),
      text(left - 8, base, `0${unit}`, 'scale'),
      `<path d="M${left} ${base}H${width - right}" class="axis"/>`,
      ...limits.map(
        ({ value, name }) =>
          `<path d="M${left} ${y(value)}H${width - right}" class="limit"/>${text(left - 8, Number(y(value)) + 4, name, 'scale')}`,
      ),
      ...marks.map(
        ({ second, kind }) => `<path d="M${x(second)} ${base - panelHeight}V${base}" class="mark ${kind}"/>`,
      ),
      `<path d="${path.join('')}${last}" class="line"/>`,
    ].join('\n');
  };

  const every = seconds > 120 ? 60 : Math.max(1, Math.round(seconds / 4));
  const times = [];
  for (let second = 0; second <= seconds; second += every)
    times.push(text(x(second), height - 32, `${second} s`, 'time'));

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.scale { text-anchor: end; font-size: 11px; fill: #6e7781 }
.time { text-anchor: middle; font-size: 11px; fill: #6e7781 }
.quiet { font-size: 12px; fill: #6e7781 }
.axis { stroke: #d0d7de; fill: none }
.limit { stroke: #8c959f; stroke-dasharray: 3 4; fill: none }
.line { stroke: #1a7f37; stroke-width: 1.8; fill: none; stroke-linejoin: round }
.mark { stroke: #d0d7de; fill: none }
.emergency { stroke: #cf222e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.scale, .time, .quiet { fill: #9198a1 }
.axis, .mark { stroke: #3d444d }
.limit { stroke: #6e7681 }
.line { stroke: #3fb950 }
.emergency { stroke: #f85149 }
}
</style>
${panels.map(panel).join('\n')}
${times.join('\n')}
${text(left, height - 8, note, 'quiet')}
</svg>
`;
};
