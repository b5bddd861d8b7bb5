// A task list that speaks plain HTTP to the proxy: nothing but what Node brings along. Its users are ada and bob, who need no password; never more
// than an example. What matters is in connect(), connected() and issues().
import {createHash, randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {parseArgs} from 'node:util';

const {values: settings} = parseArgs({options: {
  port: {type: 'string', default: '8600'}, proxy: {type: 'string', default: 'http://127.0.0.1:8400'},
  'api-key-file': {type: 'string', default: 'api-key'}, integration: {type: 'string', default: 'sandbox'},
}});
const apiKey = readFileSync(settings['api-key-file'], 'utf8').trim(); // from a file that only this program may read, never from the environment
const origin = `http://127.0.0.1:${settings.port}`;
const returnUrl = origin + '/connected'; // stands in the integration's list of return URLs, letter by letter
const logins = new Map(); // the login sessions, by their cookie: {user, verifiers}

/** One request to the proxy. With a user it is refused (404) for a connection that is not theirs. */
function authpipe(method, path, user, body) {
  const headers = {authorization: `Bearer ${apiKey}`};
  if (user) {
    headers['authpipe-end-user'] = user;
  }
  if (body) {
    headers['content-type'] = 'application/json';
  }
  return fetch(settings.proxy + path, {method, headers, body: body && JSON.stringify(body), redirect: 'error', signal: AbortSignal.timeout(30_000)});
}

/** POST /connect: begins, for who is signed in, with a verifier that stays in their login session. */
async function connect({user, verifiers}) {
  const verifier = randomBytes(32).toString('base64url');
  const answer = await authpipe('POST', '/v1/connect-sessions', undefined, {
    end_user: {id: user}, integrations: [settings.integration], return_url: returnUrl,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  if (!answer.ok) {
    return refusal(answer);
  }
  const session = await answer.json();
  verifiers.set(session.id, verifier);
  return seeOther(session.connect_url); // into this browser, and nowhere else
}

/** GET /connected: finishes, for who is signed in, with the verifier of this very login session. A link of somebody else finds none. */
async function connected({user, verifiers}, query) {
  const session = query.get('session_id') ?? '';
  if (!query.has('finish_code')) {
    return seeOther('/'); // they went back instead
  }
  if (!verifiers.has(session)) {
    return text(400, 'this was not begun here: connect from the task list');
  }
  const answer = await authpipe('POST', `/v1/connect-sessions/${encodeURIComponent(session)}/finish`, undefined, {
    end_user_id: user, finish_code: query.get('finish_code'), code_verifier: verifiers.get(session),
  });
  if (!answer.ok) {
    return refusal(answer);
  }
  verifiers.delete(session);
  return seeOther('/');
}

/** GET /issues: the provider's own answer. The credential is added by the proxy. */
async function issues({user}) {
  const mine = await connection(user);
  if (!mine) {
    return text(409, 'connect first');
  }
  const answer = await authpipe('GET', `/v1/proxy/${mine.id}/issues`, user);
  return answer.headers.has('authpipe-error') ? refusal(answer) : {status: answer.status, type: 'application/json', body: await answer.text()};
}

async function disconnect({user}) {
  const mine = await connection(user);
  const answer = mine && await authpipe('DELETE', `/v1/connections/${mine.id}`, user);
  return answer && !answer.ok ? refusal(answer) : seeOther('/');
}

/** The person's connection that can be used, if there is one. */
async function connection(user) {
  const answer = await authpipe('GET', `/v1/connections?integration=${encodeURIComponent(settings.integration)}&status=active`, user);
  if (!answer.ok) {
    throw new Error(`the proxy answered ${answer.status}`);
  }
  return (await answer.json()).data[0];
}

/** The proxy's refusals are problem+json (RFC 9457) with a stable code; 424 means that the person has to connect again. */
async function refusal(answer) {
  const {code} = await answer.json().catch(() => ({}));
  return answer.status === 424 ? text(409, 'connect again') : text(502, String(code ?? answer.status));
}

async function home({user}) {
  const mine = await connection(user);
  const rest = mine
    ? `<p>Your account <b>${escaped(mine.account ?? mine.provider)}</b> is connected.</p><p><a href="/issues">Your issues</a>, through the proxy</p>${form('disconnect', 'Disconnect')}`
    : `<p>No account is connected.</p>${form('connect', 'Connect an account')}`;
  return page(`<p>You are signed in as <b>${escaped(user)}</b>.</p>${rest}`);
}

function signIn(user) {
  if (!['ada', 'bob'].includes(user)) {
    return text(400, 'ada or bob');
  }
  const cookie = randomBytes(32).toString('base64url');
  logins.set(cookie, {user, verifiers: new Map()});
  return {...seeOther('/'), cookie: `login=${cookie}; HttpOnly; SameSite=Lax; Path=/`}; // Secure as well, where there is TLS
}

async function answerTo(request) {
  const {pathname, searchParams} = new URL(request.url, origin);
  if (request.method === 'POST' && request.headers.origin !== origin) {
    return text(403, 'from another site');
  }
  const route = `${request.method} ${pathname}`;
  if (route === 'POST /sign-in') {
    return signIn(searchParams.get('as'));
  }
  const login = logins.get(request.headers.cookie?.match(/(?:^|; )login=([\w-]+)/)?.[1]);
  if (!login) {
    return page(`<p>Sign in as</p>${form('sign-in?as=ada', 'Ada')}${form('sign-in?as=bob', 'Bob')}`);
  }
  switch (route) {
    case 'GET /': return home(login);
    case 'POST /connect': return connect(login);
    case 'GET /connected': return connected(login, searchParams);
    case 'GET /issues': return issues(login);
    case 'POST /disconnect': return disconnect(login);
    default: return text(404, 'there is nothing here');
  }
}

const escaped = words => words.replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
const text = (status, body) => ({status, type: 'text/plain', body});
const seeOther = location => ({status: 303, type: 'text/plain', body: '', location});
const form = (action, name) => `<form method="post" action="/${action}"><button>${name}</button></form>`;
const page = body => ({status: 200, type: 'text/html', body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Task list</title>
<style>:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem } button { font: inherit; padding: .4rem 1rem; margin: .5rem 0 }</style>
<h1>Task list</h1>${body}`});

createServer(async (request, response) => {
  request.resume(); // no form here has fields
  const {status, type, body, location, cookie} = await answerTo(request).catch(() => text(502, 'the proxy does not answer as it should'));
  response.writeHead(status, {'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...(location && {location}), ...(cookie && {'set-cookie': cookie})});
  response.end(body);
}).listen(Number(settings.port), '127.0.0.1', () => console.log(`The task list is at ${origin}`));
