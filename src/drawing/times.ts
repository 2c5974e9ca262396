import type { Picture } from './picture.js';

/** The time of a column: of the day where the picture has one, and otherwise since its first column. */
export const timeOf = (picture: Picture, at: number): string => {
  if (picture.begin !== undefined) return clockTime(picture.begin + at * picture.column, picture.column);
  const { ms, name } = unitOf(picture);
  return `${amount(at * picture.column, ms)} ${name}`;
};

/** The same for a ruler, as short as its columns allow. `unit` is said once. */
export const rulerTimes = (
  picture: Picture,
): { readonly unit: string | undefined; readonly at: (column: number) => string } => {
  if (picture.begin !== undefined) return { unit: undefined, at: (at) => timeOf(picture, at) };
  const { ms, name } = unitOf(picture);
  return { unit: name, at: (at) => amount(at * picture.column, ms) };
};

/** The time of day in the local zone: `21:57:37`. Where columns are short, the hour is left out and the ms are there: `57:37.120`. */
export const clockTime = (time: number, column = 1_000): string => {
  const text = new Date(time).toTimeString().slice(0, 8);
  return column < 100 ? `${text.slice(3)}.${String(Math.floor(time) % 1_000).padStart(3, '0')}` : text;
};

interface Unit {
  readonly ms: number;
  readonly name: string;
}

const units: readonly (Unit & { readonly until: number })[] = [
  { ms: 1, name: 'ms', until: 5_000 },
  { ms: 1_000, name: 's', until: 600_000 },
  { ms: 60_000, name: 'min', until: 7_200_000 },
];
const hours: Unit = { ms: 3_600_000, name: 'h' };

/** The unit in which the whole length of a picture is a number that can be read. */
const unitOf = ({ column, width }: Picture): Unit => units.find(({ until }) => column * width <= until) ?? hours;

const amount = (time: number, ms: number): string => String(Number((time / ms).toFixed(1)));
