/** A number of bytes, or a text such as `'100M'` with K, M or G. */
export type Bytes = number | `${number}${'K' | 'M' | 'G'}`;

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

export const isBytesText = (value: unknown): value is Bytes & string =>
  typeof value === 'string' && /^[1-9]\d*[KMG]$/.test(value);

export const toBytes = (size: Bytes): number => {
  if (typeof size === 'number') return size;
  const unit = size.at(-1);
  return Number(size.slice(0, -1)) * (unit === 'K' || unit === 'M' || unit === 'G' ? units[unit] : 1);
};
