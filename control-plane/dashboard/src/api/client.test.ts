import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {call, forgetToken, idempotency, onSessionProblem, Problem} from './client';

interface Asked {
  path: string;
  init: RequestInit;
}

let asked: Asked[] = [];
let answers: Response[] = [];

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), {status, headers});
const problem = (status: number, code: string, headers: Record<string, string> = {}) => json(status, {code, detail: 'Of this time.'}, headers);
const header = (at: number, name: string) => (asked[at]?.init.headers as Record<string, string>)[name];

beforeEach(() => {
  asked = [];
  answers = [];
  forgetToken();
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push({path, init});
    const answer = answers.shift();
    if (answer === undefined) {
      throw new TypeError('network');
    }
    return answer;
  });
});

afterEach(() => vi.unstubAllGlobals());

test('a reading call carries no token and leaves out what is not set', async () => {
  answers = [json(200, {data: []})];
  await call('GET', '/api/v1/plans', {query: {limit: 5, cursor: undefined, status: ''}});
  expect(asked.map(one => one.path)).toEqual(['/api/v1/plans?limit=5']);
  expect(header(0, 'Authpipe-Csrf-Token')).toBeUndefined();
});

test('a changing call fetches the token once and sends it with every change', async () => {
  answers = [json(200, {csrf_token: 'one'}), json(201, {id: 'x'}), new Response(null, {status: 204})];
  await expect(call('POST', '/api/v1/workspaces', {body: {name: 'a'}, key: 'k'})).resolves.toEqual({id: 'x'});
  await expect(call('DELETE', '/api/v1/session')).resolves.toBeUndefined();
  expect(asked.map(one => one.path)).toEqual(['/api/v1/csrf-token', '/api/v1/workspaces', '/api/v1/session']);
  expect([header(1, 'Authpipe-Csrf-Token'), header(2, 'Authpipe-Csrf-Token')]).toEqual(['one', 'one']);
  expect(header(1, 'Idempotency-Key')).toBe('k');
});

test('a token that is no longer right is fetched anew, once', async () => {
  answers = [json(200, {csrf_token: 'old'}), problem(403, 'cross_site'), json(200, {csrf_token: 'new'}), problem(403, 'cross_site')];
  await expect(call('POST', '/api/v1/me/identities')).rejects.toMatchObject({code: 'cross_site'});
  expect(asked).toHaveLength(4);
  expect(header(3, 'Authpipe-Csrf-Token')).toBe('new');
});

test('a problem keeps its code, its request and when to come again', async () => {
  answers = [problem(429, 'sign_in_paused', {'Retry-After': '20', 'Authpipe-Request-Id': 'req_1'})];
  await expect(call('GET', '/x')).rejects.toMatchObject({status: 429, code: 'sign_in_paused', retryAfterSeconds: 20, requestId: 'req_1'});
  answers = [new Response('<html>', {status: 502})];
  await expect(call('GET', '/x')).rejects.toMatchObject({status: 502, code: 'internal_error'});
  await expect(call('GET', '/x')).rejects.toMatchObject({status: 0, code: 'unreachable'});
});

test('the end of the session is told to who listens', async () => {
  const heard: Problem[] = [];
  const stop = onSessionProblem(one => heard.push(one));
  answers = [problem(401, 'unauthenticated'), problem(401, 'sign_in_failed'), problem(403, 'second_factor_owed')];
  for (let i = 0; i < 3; i++) {
    await expect(call('GET', '/x')).rejects.toBeInstanceOf(Problem);
  }
  expect(heard.map(one => one.code)).toEqual(['unauthenticated', 'second_factor_owed']);
  stop();
});

test('the same body again has the same idempotency key, another body another one', () => {
  const key = idempotency();
  const first = key({name: 'a'});
  expect(key({name: 'a'})).toBe(first);
  expect(key({name: 'b'})).not.toBe(first);
});
