import type { Family, Labels } from './family.js';

export type Format = 'openmetrics' | 'prometheus';

export const contentTypes: Readonly<Record<Format, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** Families as text: OpenMetrics 1.0, or the older text format of Prometheus. */
export const formatFamilies = (families: readonly Family[], format: Format): string => {
  const lines: string[] = [];
  for (const family of families) {
    if (family.samples.length === 0) continue;
    const { name, samples } = family;
    const { named, type } = headOf(family, format);
    const text = format === 'openmetrics' && (type === 'histogram' || type === 'summary') ? canonical : labelText;
    lines.push(`# TYPE ${named} ${type}`);
    if (family.unit !== undefined && format === 'openmetrics') lines.push(`# UNIT ${named} ${family.unit}`);
    lines.push(`# HELP ${named} ${format === 'openmetrics' ? quoted(family.help) : escaped(family.help)}`);
    for (const { suffix, labels, value } of samples)
      lines.push(`${name}${suffix}${shown(labels, text)} ${valueText(value)}`);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
};

/** The name and the type in the lines about the family. */
const headOf = ({ name, type }: Family, format: Format): { readonly named: string; readonly type: string } => {
  if (type === 'plain-counter') return { named: name, type: format === 'openmetrics' ? 'unknown' : 'counter' };
  if (format === 'openmetrics') return { named: name, type };
  if (type === 'counter') return { named: `${name}_total`, type };
  return type === 'info' ? { named: `${name}_info`, type: 'gauge' } : { named: name, type };
};

const shown = (labels: Labels, text: (value: string, name: string) => string): string => {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}="${text(value, name)}"`).join(',')}}`;
};

const labelText = (value: string): string => quoted(value);

/** In OpenMetrics the bound of a bucket and a quantile are decimal numbers. In other metrics these labels are text as any other. */
const canonical = (value: string, name: string): string =>
  (name === 'le' || name === 'quantile') && /^-?\d+$/.test(value) ? `${value}.0` : quoted(value);

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const quoted = (text: string): string => (/["\\\n]/.test(text) ? escaped(text).replaceAll('"', '\\"') : text);

const valueText = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
};
