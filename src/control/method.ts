import type { Outgoing } from './outgoing.js';
import type { Parameters } from './parameters.js';
import type { ProblemCode } from './requestProblem.js';
import type { Schema } from './schema.js';

/** A request whose parameters have been checked. */
interface ControlRequest<G = Readonly<Record<string, unknown>>> {
  readonly given: G;
  /** The header `Last-Event-ID`, with which a client of server-sent events continues. */
  readonly lastEventId: number | undefined;
}

/** A stream: it begins, and may be told that the server closes. */
export type BeginStream = (out: Outgoing) => { readonly serverCloses?: () => void };

/** What a method answers: a value, or a stream of lines. */
export type Answer = { readonly json: unknown } | { readonly stream: BeginStream };

/** One method of the control server. */
export interface ControlMethod<G = Readonly<Record<string, unknown>>> {
  readonly verb: 'GET' | 'POST';
  /** Its name in the path: `/v1/<name>`. */
  readonly name: string;
  readonly about: string;
  readonly parameters: Parameters;
  /** How long its body may be, in bytes. Default: 64 kB. */
  readonly maxBodyBytes?: number;
  /** The schema of the answer, or of each line of a stream. */
  readonly answer: Schema;
  /** The schema of each line where it differs: with `follow`. */
  readonly line?: Schema;
  /** How it answers: a value, a stream, or with `follow` a stream and otherwise a value. */
  readonly answers: 'value' | 'stream' | 'stream with follow';
  /** How it can fail, other than every method can. */
  readonly problems?: readonly ProblemCode[];
  readonly handle: (request: ControlRequest<G>) => Answer | Promise<Answer>;
}

/** A method whose parameters have the types that its schemas say. */
export const method = <G>(described: ControlMethod<G>): ControlMethod =>
  // The server checks them against the schemas before.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  described as unknown as ControlMethod;
