import type {CallOptions, ConnectBackEnd, Connection} from './back-end.js';
import {ConnectFailure, isCode} from './failure.js';

export interface FetchBackEndOptions {
  /** Where the routes begin, on this origin; `/api` when absent. */
  readonly base?: string | undefined;
  /** Sent with every call that changes something, where the back end wants a token against forged requests. */
  readonly csrf?: {readonly header: string; token(): string} | undefined;
  /** Instead of the browser's own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

type Json = Record<string, unknown>;

const MOST_CHARACTERS = 262_144;

/**
 * The application's back end at its usual routes (README.md), by JSON on the page's own origin. Never sends anything to another origin
 * and follows no redirect; a base on another origin makes every call fail with `base_invalid`.
 */
export function fetchBackEnd({base = '/api', csrf, fetch: send = (input, init) => globalThis.fetch(input, init)}: FetchBackEndOptions = {}): ConnectBackEnd {
  async function call(method: string, path: string, {signal}: CallOptions, body?: Json): Promise<Json> {
    const address = new URL(base.replace(/\/$/, '') + path, location.href);
    if (address.origin !== location.origin) {
      throw new ConnectFailure('base_invalid');
    }
    const headers: Record<string, string> = {Accept: 'application/json'};
    if (body) {
      headers['Content-Type'] = 'application/json';
    }
    if (csrf && method !== 'GET') {
      headers[csrf.header] = csrf.token();
    }
    let answer: Response;
    try {
      // Without a mode of its own: with "same-origin" browsers hide the origin from the back end when the page sends no referrer.
      answer = await send(address.href, {
        method, headers, signal, body: body ? JSON.stringify(body) : null, credentials: 'same-origin', redirect: 'error', cache: 'no-store',
      });
    } catch {
      throw new ConnectFailure('unreachable');
    }
    const json = await read(answer);
    if (!answer.ok) {
      throw new ConnectFailure(answer.status === 401 ? 'signed_out' : isCode(json?.code) ? json.code : answer.status === 404 ? 'not_found' : answer.status >= 500 ? 'unreachable' : 'unexpected');
    }
    if (!json && answer.status !== 204) {
      throw new ConnectFailure('answer_invalid');
    }
    return json ?? {};
  }

  const at = (path: string, id: string) => path + encodeURIComponent(id);
  return {
    async start({integration, connectionId}, options) {
      const json = await call('POST', '/connect', options, {integration, connection_id: connectionId});
      return {sessionId: text(json.session_id), connectUrl: text(json.connect_url)};
    },
    async finish({sessionId, finishCode}, options) {
      return connection(await call('POST', '/connect/finish', options, {session_id: sessionId, finish_code: finishCode}));
    },
    async status(sessionId, options) {
      const json = await call('GET', at('/connect/', sessionId), options);
      return {
        status: text(json.status) as 'pending', // the flow holds it to the words that there are
        reason: optional(json.reason), connectionId: optional(json.connection_id),
      };
    },
    async list(options) {
      const {data} = await call('GET', '/connections', options);
      if (!Array.isArray(data)) {
        throw new ConnectFailure('answer_invalid');
      }
      return data.map(connection);
    },
    async disconnect(connectionId, options) {
      await call('DELETE', at('/connections/', connectionId), options);
    },
    async erase(options) {
      return {erasureId: optional((await call('POST', '/erase-me', options, {})).erasure)};
    },
  };
}

/** At most {@link MOST_CHARACTERS} of JSON; null for anything else. */
async function read(answer: Response): Promise<Json | null> {
  if (!/^application\/(problem\+)?json\b/.test(answer.headers.get('Content-Type') ?? '') || !answer.body) {
    return null;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let all = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      all += part.value;
      if (all.length > MOST_CHARACTERS) {
        await reader.cancel();
        return null;
      }
    }
    const json: unknown = JSON.parse(all);
    return typeof json === 'object' && !Array.isArray(json) ? json as Json | null : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw new ConnectFailure('answer_invalid');
  }
  return value;
}

function optional(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : text(value);
}

function connection(value: unknown): Connection {
  const json = (typeof value === 'object' && value !== null ? value : {}) as Json;
  const scopes: unknown[] = Array.isArray(json.scopes) ? json.scopes : [];
  return {id: text(json.id), integration: text(json.integration), status: text(json.status), account: optional(json.account), scopes: scopes.map(text)};
}
