import {randomBytes} from 'node:crypto';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly referer: string;
}

interface Session {
  readonly id: string;
  readonly token: string;
  readonly login: string;
  readonly connectionId: string | undefined;
  status: 'pending' | 'authorized' | 'finished' | 'failed' | 'expired';
  reason?: string;
  finishCode?: string;
  result?: string;
}

const GUARDS = {
  'Cache-Control': 'no-cache', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'",
};
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const id = (prefix: string) => prefix + [...randomBytes(26)].map(byte => ALPHABET[byte % 32]).join('');

/**
 * A tiny application with its back end, and beside it, on an origin of its own, a connect page that does what its links say: it keeps to the
 * headers, addresses and answers of the real one. A third origin is a stranger's.
 */
export class Servers {
  readonly sessions = new Map<string, Session>();
  readonly connections = new Map<string, {id: string; integration: string; status: string; account: string; scopes: string[]}>();
  readonly seen: Seen[] = [];
  /** Whether the connect page cuts itself off from who opened it, as the real one does. */
  cutOff = true;
  /** Why the next finish fails. */
  refusal: {status: number; code: string} | null = null;
  /** Whether the application may be framed by anybody, so that its own guard has to do. */
  framable = false;
  withReact18 = false;
  strangersPage = '';
  application = '';
  connect = '';
  stranger = '';
  readonly #servers: Server[] = [];
  readonly #script: string;
  readonly #scriptOfReact18: string;
  readonly #style: string;

  constructor(script: string, scriptOfReact18: string, style: string) {
    this.#script = script;
    this.#scriptOfReact18 = scriptOfReact18;
    this.#style = style;
  }

  async start() {
    const listen = async (host: string, answer: (request: IncomingMessage, url: URL, response: ServerResponse) => Promise<void> | void) => {
      const server = createServer((request, response) => {
        Promise.resolve(answer(request, new URL(request.url ?? '/', 'http://x'), response)).catch(() => response.writeHead(500).end());
      });
      this.#servers.push(server);
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
      return `http://${host}:${(server.address() as AddressInfo).port}`;
    };
    this.application = await listen('127.0.0.1', (request, url, response) => this.#application(request, url, response));
    this.connect = await listen('localhost', (_, url, response) => this.#connect(url, response));
    this.stranger = await listen('stranger.localhost', (_, url, response) => {
      response.writeHead(200, {'Content-Type': 'text/html'}).end(url.pathname === '/' ? this.strangersPage || '<!doctype html><title>Stranger</title>' : '');
    });
  }

  async stop() {
    await Promise.all(this.#servers.map(server => new Promise(done => {
      server.close(done);
      server.closeAllConnections();
    })));
  }

  reset() {
    this.sessions.clear();
    this.connections.clear();
    this.seen.length = 0;
    this.cutOff = true;
    this.refusal = null;
    this.framable = false;
    this.withReact18 = false;
    this.strangersPage = '';
  }

  only(): Session {
    if (this.sessions.size !== 1) {
      throw new Error(`there are ${this.sessions.size} sessions`);
    }
    return [...this.sessions.values()][0]!;
  }

  count(method: string, path: RegExp) {
    return this.seen.filter(each => each.method === method && path.test(each.path)).length;
  }

  async #application(request: IncomingMessage, url: URL, response: ServerResponse) {
    let body = '';
    for await (const part of request) {
      body += String(part);
    }
    const method = request.method ?? '';
    this.seen.push({method, path: url.pathname + url.search, body, referer: request.headers.referer ?? ''});
    const login = /login=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    const json = (status: number, answer: unknown) => void response.writeHead(status, {'Content-Type': 'application/json', 'Cache-Control': 'no-store'}).end(JSON.stringify(answer));
    if (!url.pathname.startsWith('/api/')) {
      const [type, content] = url.pathname === '/app.js' ? ['text/javascript', this.withReact18 ? this.#scriptOfReact18 : this.#script] : url.pathname === '/app.css' ? ['text/css', this.#style] : ['text/html; charset=utf-8',
        '<!doctype html><html lang="en"><head><title>Tasks</title><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><link rel="stylesheet" href="/app.css"><script type="module" src="/app.js"></script></head><body><div id="root"></div></body></html>'];
      response.writeHead(200, {
        ...GUARDS, 'Content-Type': type, 'Cross-Origin-Opener-Policy': 'same-origin-allow-popups', ...(this.framable ? {} : {'X-Frame-Options': 'DENY'}),
        ...(login ? {} : {'Set-Cookie': `login=${randomBytes(8).toString('hex')}; Path=/; HttpOnly; SameSite=Lax`}),
      }).end(content);
      return;
    }
    if (method !== 'GET' && request.headers.origin !== this.application) {
      json(403, {code: 'wrong_origin'});
    } else if (!login) {
      json(401, {code: 'sign_in_first'});
    } else {
      this.#api(method, url.pathname.slice('/api'.length), body ? JSON.parse(body) : {}, login, json);
    }
  }

  #api(method: string, path: string, body: Record<string, string>, login: string, json: (status: number, answer: unknown) => void) {
    const [, first, second] = path.split('/');
    if (method === 'POST' && path === '/connect') {
      const session: Session = {id: id('cs_'), token: id(''), login, connectionId: body['connection_id'], status: 'pending'};
      this.sessions.set(session.id, session);
      json(200, {session_id: session.id, connect_url: `${this.connect}/connect#${session.token}`});
    } else if (method === 'POST' && path === '/connect/finish') {
      this.#finish(body, login, json);
    } else if (method === 'GET' && first === 'connect') {
      const session = this.sessions.get(second!);
      json(session?.login === login ? 200 : 404, session?.login === login ? {status: session.status, reason: session.reason ?? null, connection_id: session.result ?? null} : {code: 'not_found'});
    } else if (method === 'GET' && path === '/connections') {
      json(200, {data: [...this.connections.values()]});
    } else if (method === 'DELETE' && first === 'connections') {
      json(this.connections.delete(second!) ? 200 : 404, {code: 'not_found'});
    } else {
      json(404, {code: 'not_found'});
    }
  }

  /** As the application's back end does: the verifier is in the login session of who began, so that nobody else can finish. */
  #finish(body: Record<string, string>, login: string, json: (status: number, answer: unknown) => void) {
    const session = this.sessions.get(body['session_id']!);
    if (this.refusal) {
      json(this.refusal.status, {code: this.refusal.code});
    } else if (!session || session.login !== login) {
      json(400, {code: 'verifier_mismatch'});
    } else if (session.status !== 'authorized' || session.finishCode !== body['finish_code']) {
      json(400, {code: 'finish_code_invalid'});
    } else {
      const connection = {id: session.connectionId ?? id('conn_'), integration: 'sandbox', status: 'active', account: 'Ada', scopes: ['profile']};
      this.connections.set(connection.id, connection);
      session.status = 'finished';
      session.result = connection.id;
      json(200, connection);
    }
  }

  #connect(url: URL, response: ServerResponse) {
    const headers = {...GUARDS, 'Content-Type': 'text/html', 'X-Frame-Options': 'DENY', ...(this.cutOff ? {'Cross-Origin-Opener-Policy': 'same-origin'} : {})};
    if (url.pathname === '/connect.js') {
      response.writeHead(200, {...headers, 'Content-Type': 'text/javascript'})
        .end('const token = location.hash.slice(1); for (const link of document.links) link.search = "token=" + token + "&outcome=" + link.id;');
      return;
    }
    if (url.pathname === '/connect') {
      const links = ['allow', 'access_denied', 'provider_refused'].map(outcome => `<a id="${outcome}" href="/callback">${outcome}</a> `).join('');
      response.writeHead(200, headers).end(`<!doctype html><title>Connect</title><body>${links}<script src="/connect.js"></script>`);
      return;
    }
    const session = [...this.sessions.values()].find(({token}) => token === url.searchParams.get('token'));
    const outcome = url.searchParams.get('outcome');
    if (url.pathname !== '/callback' || !session || session.status !== 'pending') {
      response.writeHead(400, headers).end('<!doctype html><title>Problem</title><h1>The answer was used already</h1>');
    } else if (outcome === 'allow') {
      session.status = 'authorized';
      session.finishCode = randomBytes(32).toString('base64url');
      response.writeHead(303, {...headers, Location: `${this.application}/connected?session_id=${session.id}&finish_code=${session.finishCode}`}).end();
    } else {
      session.reason = outcome!;
      response.writeHead(400, headers).end(`<!doctype html><title>Problem</title><h1>${outcome}</h1><a id="again" href="/connect#${session.token}">Try again</a> <a id="back" rel="noreferrer" href="${this.application}/connected?session_id=${session.id}&amp;error=${outcome}">Go back</a>`);
    }
  }
}
