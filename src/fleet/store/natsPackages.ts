import { createRequire } from 'node:module';

interface Packages {
  readonly transport: typeof import('@nats-io/transport-node');
  readonly jetstream: typeof import('@nats-io/jetstream');
  readonly kv: typeof import('@nats-io/kv');
}

/** Loads the packages of NATS. Throws an error that says what to install. */
export const natsPackages = (require: NodeJS.Require = createRequire(import.meta.url)): Packages => {
  const load = (name: string) => {
    try {
      return require(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new Error(
        `proteus-cluster/fleet needs the package ${name}: npm install @nats-io/transport-node @nats-io/jetstream @nats-io/kv`,
        { cause: error },
      );
    }
  };
  return {
    transport: load('@nats-io/transport-node'),
    jetstream: load('@nats-io/jetstream'),
    kv: load('@nats-io/kv'),
  };
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
