/** The one way to the REST API: session cookie, CSRF token, deadlines, and problems as exceptions. Never keeps an answer. */

const DEADLINE_MS = 30_000;

/** A problem (RFC 9457); `code` is stable, `detail` is for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string,
    readonly retryAfterSeconds: number | null,
  ) {
    super(code);
  }
}

export interface Options {
  body?: unknown;
  query?: Record<string, string | number | undefined>;
  /** Sent as `Idempotency-Key`. */
  key?: string;
  signal?: AbortSignal;
}

type Listener = (problem: Problem) => void;
const listeners = new Set<Listener>();
let token: string | null = null;

/** Hears of answers that say that nobody is signed in, or that a second factor is owed. */
export function onSessionProblem(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The next state change asks for the token anew: the session has another one. */
export function forgetToken(): void {
  token = null;
}

export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  try {
    return await once<T>(method, path, options);
  } catch (failure) {
    if (failure instanceof Problem && failure.code === 'cross_site' && method !== 'GET') {
      forgetToken(); // another tab signed in or out: one more try with the token of now
      return once<T>(method, path, options);
    }
    if (failure instanceof Problem && (failure.code === 'unauthenticated' || failure.code === 'second_factor_owed')) {
      listeners.forEach(listener => listener(failure));
    }
    throw failure;
  }
}

async function once<T>(method: string, path: string, options: Options): Promise<T> {
  const headers: Record<string, string> = {Accept: 'application/json'};
  if (method !== 'GET') {
    headers['Authpipe-Csrf-Token'] = await csrfToken();
  }
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (options.key !== undefined) {
    headers['Idempotency-Key'] = options.key;
  }
  const response = await send(path + query(options.query), {
    method,
    headers,
    body: options.body === undefined ? null : JSON.stringify(options.body),
  }, options.signal);
  if (!response.ok) {
    throw await problem(response);
  }
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function csrfToken(): Promise<string> {
  if (token === null) {
    const response = await send('/api/v1/csrf-token', {headers: {Accept: 'application/json'}});
    if (!response.ok) {
      throw await problem(response);
    }
    token = ((await response.json()) as {csrf_token: string}).csrf_token;
  }
  return token;
}

async function send(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    return await fetch(path, {
      ...init,
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new Problem(0, 'unreachable', '', '', null);
  }
}

async function problem(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const wait = Number(response.headers.get('Retry-After'));
  return new Problem(response.status, typeof body.code === 'string' ? body.code : 'internal_error',
    typeof body.detail === 'string' ? body.detail : '', response.headers.get('Authpipe-Request-Id') ?? '', wait > 0 ? wait : null);
}

function query(values: Options['query']): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value !== undefined && value !== '') {
      set.set(name, String(value));
    }
  }
  const text = set.toString();
  return text === '' ? '' : '?' + text;
}

/** Makes idempotency keys for one form: the same body again is the same request, another body another one. */
export function idempotency(): (body: unknown) => string {
  let last = '';
  let key = '';
  return body => {
    const now = JSON.stringify(body);
    if (now !== last) {
      last = now;
      key = crypto.randomUUID();
    }
    return key;
  };
}
