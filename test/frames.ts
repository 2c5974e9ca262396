import * as fc from 'fast-check';

/** Values that have misled a decoder before, or may. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    '',
    '__proto__',
    [],
    {},
  ),
  fc.constantFrom<unknown>([null], { length: 3 }, new Map(), new Date(NaN), new Uint8Array(2), Object.create(null)),
  fc.anything(),
);

/** Frames that fit, with some of their fields replaced, left out or added. */
export const mutated = (frames: readonly object[]): fc.Arbitrary<unknown> =>
  fc
    .record({
      frame: fc.constantFrom(...frames),
      changes: fc.array(fc.record({ at: fc.nat(), to: odd, how: fc.constantFrom('set', 'delete', 'add', 'inside') }), {
        maxLength: 4,
      }),
    })
    .map(({ frame, changes }) => {
      const copy: Record<string, unknown> = structuredClone({ ...frame });
      for (const { at, to, how } of changes) {
        // The `cmd` is what makes it a frame.
        const keys = Object.keys(copy).filter((key) => key !== 'cmd');
        const key = keys[at % Math.max(keys.length, 1)] ?? 'more';
        const inner = copy[key];
        if (how === 'delete') delete copy[key];
        else if (how === 'inside' && Array.isArray(inner)) copy[key] = [to, ...inner.slice(1)];
        else if (how === 'inside' && typeof inner === 'object' && inner !== null)
          copy[key] = { ...inner, [Object.keys(inner)[0] ?? 'more']: to };
        else copy[how === 'add' ? `more${at}` : key] = to;
      }
      return copy;
    });
