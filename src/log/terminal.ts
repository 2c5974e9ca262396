import { styleText } from 'node:util';
import { valibot } from '../needed.js';

/** A destination for pino that writes a record as a line for a person: time, mark, sentence. */
export const terminal = (out: {
  readonly write: (text: string) => unknown;
}): { readonly write: (json: string) => void } => {
  const v = valibot();
  const record = v.object({ time: v.number(), level: v.number(), msg: v.string() });
  return {
    write: (json) => {
      const told = v.safeParse(record, JSON.parse(json));
      // Somebody's own options can give a record another shape: it is passed on as it is.
      if (!told.success) {
        out.write(json);
        return;
      }
      const { time, level, msg } = told.output;
      const [colour, mark] = style(level);
      out.write(`${styleText('gray', new Date(time).toTimeString().slice(0, 8))} ${styleText(colour, mark)} ${msg}\n`);
    },
  };
};

/** pino's numbers: 20 debug, 30 info, 40 warn, 50 error. */
const style = (level: number) => {
  if (level >= 50) return ['red', '■'] as const;
  if (level >= 40) return ['yellow', '▲'] as const;
  return level >= 30 ? (['green', '●'] as const) : (['gray', '·'] as const);
};
