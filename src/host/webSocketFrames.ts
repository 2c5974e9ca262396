const textOpcode = 1;
const continuationOpcode = 0;

/** A text as a WebSocket frame of a client, which has to mask what it sends (RFC 6455). */
export const textFrame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const mask = process.getBuiltinModule('node:crypto').randomBytes(4);
  const size = payload.length < 126 ? Buffer.of(0x80 | payload.length) : Buffer.alloc(9);
  if (size.length > 1) {
    size[0] = 0x80 | 127;
    size.writeBigUInt64BE(BigInt(payload.length), 1);
  }
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.of(0x80 | textOpcode), size, mask, masked]);
};

/**
 * Reads the texts in what a WebSocket server has sent so far. `rest` begins with the first message that is not complete.
 * `undefined` for what no server may send. Other kinds of frames are skipped.
 */
export const readTexts = (
  received: Buffer,
): { readonly texts: readonly string[]; readonly rest: Buffer } | undefined => {
  const texts: string[] = [];
  let parts: Buffer[] = [];
  let rest = received;
  let at = received;
  for (;;) {
    const frame = readFrame(at);
    if (frame === 'invalid') return undefined;
    if (frame === undefined) return { texts, rest };
    at = at.subarray(frame.length);
    const isData = frame.opcode === textOpcode || frame.opcode === continuationOpcode;
    if (isData) parts.push(frame.payload);
    if (isData && frame.isLast) {
      texts.push(Buffer.concat(parts).toString());
      parts = [];
    }
    if (parts.length === 0) rest = at;
  }
};

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Of the whole frame, in bytes. */
  readonly length: number;
}

/** `undefined`: it is not complete. A server must not mask. */
const readFrame = (from: Buffer): Frame | 'invalid' | undefined => {
  const [first, second] = from;
  if (first === undefined || second === undefined) return undefined;
  if ((second & 0x80) !== 0) return 'invalid';
  const header = second === 126 ? 4 : second === 127 ? 10 : 2;
  if (from.length < header) return undefined;
  const size = header === 2 ? second : header === 4 ? from.readUInt16BE(2) : Number(from.readBigUInt64BE(2));
  const length = header + size;
  if (from.length < length) return undefined;
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload: from.subarray(header, length), length };
};
