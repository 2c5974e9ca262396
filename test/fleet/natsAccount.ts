import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An account of a nats-server that trusts an operator, as `nsc` makes it: JWTs that each party signs for the next one, with keys made here. */
export interface NatsAccount {
  /** The part of the server's configuration about the operator and its accounts. */
  readonly configuration: string;
  /** The text of a file of credentials (`.creds`) of a new user. With `expired` it was valid until a while ago. */
  readonly credentials: (options?: { readonly expired?: boolean }) => string;
}

const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT of NATS, version 2: claims about `subject`, signed with the nkey of `issuer`. */
const jwt = (issuer: KeyPair, subject: KeyPair, nats: object, expires?: number): string => {
  const claims = {
    jti: subject.getPublicKey(),
    iat: secondsAgo(3_600),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    ...(expires !== undefined && { exp: expires }),
    nats: { ...nats, version: 2 },
  };
  const signed = `${encoded({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encoded(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString('base64url')}`;
};

const unlimited = { subs: -1, data: -1, payload: -1 };
const ofAccount = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const ofJetStream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

const seedOf = (pair: KeyPair): string => Buffer.from(pair.getSeed()).toString('utf8');

export const natsAccount = (): NatsAccount => {
  const operator = nkeys.createOperator();
  const [account, system] = [nkeys.createAccount(), nkeys.createAccount()];
  const [ofFleet, ofSystem] = [
    jwt(operator, account, { type: 'account', limits: { ...ofAccount, ...ofJetStream } }),
    // JetStream of a server with an operator needs an account for itself.
    jwt(operator, system, { type: 'account', limits: ofAccount }),
  ];
  return {
    configuration: `
      jetstream {}
      operator: ${jwt(operator, operator, { type: 'operator' })}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: { ${account.getPublicKey()}: ${ofFleet}, ${system.getPublicKey()}: ${ofSystem} }`,
    credentials: ({ expired = false } = {}) => {
      const user = nkeys.createUser();
      const ofUser = jwt(account, user, { type: 'user', ...unlimited }, expired ? secondsAgo(60) : undefined);
      return [
        '-----BEGIN NATS USER JWT-----',
        ofUser,
        '------END NATS USER JWT------',
        '',
        '-----BEGIN USER NKEY SEED-----',
        seedOf(user),
        '------END USER NKEY SEED------',
        '',
      ].join('\n');
    },
  };
};

/** The key of a user without a JWT: what the server knows, and the text of the file that the host has. */
export const natsUserKey = (): { readonly publicKey: string; readonly file: string } => {
  const user = nkeys.createUser();
  return { publicKey: user.getPublicKey(), file: `# The seed of a host\n\n${seedOf(user)}\n` };
};
