/** The server refused a request, or did not answer. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  constructor(
    /** The HTTP status; 0 if there was no answer. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Asked {
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** Sends a request with the token of this tab. Rejects with `RequestFailed` for an answer that is not 200. */
export const ask = async (token: string, path: string, { body, signal }: Asked = {}): Promise<Response> => {
  const response = await sent(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
    credentials: 'omit',
    cache: 'no-store',
  });
  if (response.ok) return response;
  throw new RequestFailed(response.status, await messageOf(response));
};

const sent = async (path: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new RequestFailed(0, 'the server of this page does not answer');
  }
};

const messageOf = async (response: Response): Promise<string> => {
  try {
    const { error } = await response.json();
    return String(error.message);
  } catch {
    return `the server answered with status ${response.status}`;
  }
};
