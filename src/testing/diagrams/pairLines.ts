/** The indexes of a line on each side; `undefined` where a side has none. */
type Pair = readonly [number | undefined, number | undefined];
type EqualPair = readonly [number, number];

/** Above this many comparisons only the equal lines at the begin and at the end are found. */
const mostComparisons = 1_000_000;

/** Pairs the lines of two sides in order: equal ones with each other (the longest common subsequence), and between those the others in turn. */
export const pairLines = (one: readonly string[], other: readonly string[]): readonly Pair[] => {
  const pairs: Pair[] = [];
  let [at, otherAt] = [0, 0];
  const pairOthers = ([end, otherEnd]: EqualPair) => {
    const count = Math.max(end - at, otherEnd - otherAt);
    for (let index = 0; index < count; index += 1)
      pairs.push([at + index < end ? at + index : undefined, otherAt + index < otherEnd ? otherAt + index : undefined]);
  };
  for (const equal of equalLines(one, other)) {
    pairOthers(equal);
    pairs.push(equal);
    [at, otherAt] = [equal[0] + 1, equal[1] + 1];
  }
  pairOthers([one.length, other.length]);
  return pairs;
};

const equalLines = (one: readonly string[], other: readonly string[]): readonly EqualPair[] => {
  const shortest = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < shortest && one[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < shortest - begin && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const middle = longestCommon(one.slice(begin, one.length - end), other.slice(begin, other.length - end));
  return [
    ...Array.from({ length: begin }, (_, at): EqualPair => [at, at]),
    ...middle.map(([at, otherAt]): EqualPair => [begin + at, begin + otherAt]),
    ...Array.from({ length: end }, (_, at): EqualPair => [one.length - end + at, other.length - end + at]),
  ];
};

const longestCommon = (one: readonly string[], other: readonly string[]): readonly EqualPair[] => {
  if (one.length * other.length > mostComparisons) return [];
  const lengthAt = lengths(one, other);
  const equal: EqualPair[] = [];
  let [at, otherAt] = [0, 0];
  while (at < one.length && otherAt < other.length) {
    if (one[at] === other[otherAt]) equal.push([at++, otherAt++]);
    else if (lengthAt(at + 1, otherAt) >= lengthAt(at, otherAt + 1)) at += 1;
    else otherAt += 1;
  }
  return equal;
};

/** How long the longest common subsequence is from one line and from the other on. */
const lengths = (one: readonly string[], other: readonly string[]): ((at: number, otherAt: number) => number) => {
  const table: number[][] = Array.from({ length: one.length }, () => []);
  const lengthAt = (at: number, otherAt: number) => table[at]?.[otherAt] ?? 0;
  for (let at = one.length - 1; at >= 0; at -= 1) {
    const row: number[] = Array.from({ length: other.length }, () => 0);
    table[at] = row;
    for (let otherAt = other.length - 1; otherAt >= 0; otherAt -= 1)
      row[otherAt] =
        one[at] === other[otherAt]
          ? 1 + lengthAt(at + 1, otherAt + 1)
          : Math.max(lengthAt(at + 1, otherAt), lengthAt(at, otherAt + 1));
  }
  return lengthAt;
};
