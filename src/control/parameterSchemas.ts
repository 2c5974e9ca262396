import type { Schema } from './schema.js';

export const cluster: Schema = { type: 'string', minLength: 1, description: 'The name of a cluster. Default: all.' };
export const slot: Schema = { type: 'integer', minimum: 1, description: 'The number of a slot. Default: all.' };
export const level: Schema = {
  type: 'string',
  minLength: 1,
  description: 'Only records of at least this level of pino, by name or number.',
};
export const contains: Schema = {
  type: 'string',
  minLength: 1,
  description: 'Only records whose message contains this text, in upper or lower case.',
};
export const follow: Schema = { type: 'boolean', description: 'Whether the stream continues with what comes.' };

export interface OfCluster {
  readonly cluster?: string;
}

export interface OfSlot extends OfCluster {
  readonly slot?: number;
}

/** An address for the public functions. */
export const addressOf = ({ cluster, slot }: OfSlot): OfSlot => ({
  ...(cluster !== undefined && { cluster }),
  ...(slot !== undefined && { slot }),
});
