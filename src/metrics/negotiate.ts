import type { Format } from './format.js';

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/** Longer headers are read up to here. */
const maxLength = 4_096;

/** The format that a client prefers by its `Accept` header. The older one, if it names neither. */
export const negotiate = (accept = ''): Format => {
  const ranges = accept.slice(0, maxLength).split(',').map(rangeOf);
  const quality = (type: string, version: string) =>
    ranges
      .filter((range) => range.type === type && (range.version === undefined || range.version === version))
      .reduce((best, range) => Math.max(best, range.quality), 0);
  const open = quality('application/openmetrics-text', '1.0.0');
  return open > 0 && open >= quality('text/plain', '0.0.4') ? 'openmetrics' : 'prometheus';
};

const rangeOf = (text: string): Range => {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const valueOf = (name: string) =>
    parameters
      .find((parameter) => parameter.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  const quality = Number(valueOf('q') ?? 1);
  return { type, version: valueOf('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
};
