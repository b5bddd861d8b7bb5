import {describe, expect, it} from 'vitest';
import {fetchBackEnd, type FetchBackEndOptions} from '../../src/core/index.js';
import {CONNECT_URL, CONNECTION, FINISH_CODE, SESSION} from '../stage.js';

interface Sent {
  readonly address: string;
  readonly init: RequestInit;
}

function answering(body: unknown, init: ResponseInit & {type?: string} = {}, options: FetchBackEndOptions = {}) {
  const sent: Sent[] = [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const backEnd = fetchBackEnd({
    ...options,
    fetch: async (address, given) => {
      sent.push({address: String(address), init: given ?? {}});
      return new Response(init.status === 204 ? null : text, {...init, headers: {'Content-Type': init.type ?? 'application/json'}});
    },
  });
  return {backEnd, sent};
}

const call = {signal: new AbortController().signal};
const here = location.origin;

describe('fetchBackEnd', () => {
  it('sends what its routes take, on this origin, and never follows a redirect', async () => {
    const {backEnd, sent} = answering({session_id: SESSION, connect_url: CONNECT_URL});
    expect(await backEnd.start({integration: 'sandbox', connectionId: CONNECTION.id}, call)).toEqual({sessionId: SESSION, connectUrl: CONNECT_URL});
    const [{address, init}] = sent as [Sent];
    expect(address).toBe(here + '/api/connect');
    expect(init).toMatchObject({method: 'POST', credentials: 'same-origin', redirect: 'error', cache: 'no-store', signal: call.signal});
    expect(init.mode).toBeUndefined();
    expect(JSON.parse(String(init.body))).toEqual({integration: 'sandbox', connection_id: CONNECTION.id});
  });

  it('finishes, asks, lists, disconnects and erases', async () => {
    const finish = answering(CONNECTION);
    expect(await finish.backEnd.finish({sessionId: SESSION, finishCode: FINISH_CODE}, call)).toEqual(CONNECTION);
    expect(finish.sent[0]!.address).not.toContain(FINISH_CODE);
    expect(JSON.parse(String(finish.sent[0]!.init.body))).toEqual({session_id: SESSION, finish_code: FINISH_CODE});

    const status = answering({status: 'finished', reason: null, connection_id: CONNECTION.id}, {}, {base: '/app/connections/'});
    expect(await status.backEnd.status(SESSION, call)).toEqual({status: 'finished', reason: undefined, connectionId: CONNECTION.id});
    expect(status.sent[0]!.address).toBe(`${here}/app/connections/connect/${SESSION}`);

    const list = answering({data: [CONNECTION]});
    expect(await list.backEnd.list(call)).toEqual([CONNECTION]);

    const end = answering('', {status: 204});
    await end.backEnd.disconnect('../x', call);
    expect(end.sent[0]).toMatchObject({address: here + '/api/connections/..%2Fx', init: {method: 'DELETE'}});
    expect(await answering({erasure: 'era_1'}).backEnd.erase(call)).toEqual({erasureId: 'era_1'});
  });

  it('sends the token against forged requests with what changes something, and with nothing else', async () => {
    const csrf = {header: 'X-CSRF-Token', token: () => 'abc'};
    const started = answering({session_id: SESSION, connect_url: CONNECT_URL}, {}, {csrf});
    await started.backEnd.start({}, call);
    expect(started.sent[0]!.init.headers).toMatchObject({'X-CSRF-Token': 'abc'});
    const asked = answering({status: 'pending'}, {}, {csrf});
    await asked.backEnd.status(SESSION, call);
    expect(asked.sent[0]!.init.headers).not.toHaveProperty('X-CSRF-Token');
  });

  it('calls no other origin', async () => {
    for (const base of ['https://other.example/api', '//other.example']) {
      const {backEnd, sent} = answering({}, {}, {base});
      await expect(backEnd.list(call)).rejects.toThrow('base_invalid');
      expect(sent).toEqual([]);
    }
  });

  it.each([
    [401, {code: 'sign_in_first'}, 'signed_out'], [409, {code: 'account_mismatch', message: '<b>'}, 'account_mismatch'], [400, {code: 'No!'}, 'unexpected'],
    [404, 'nothing', 'not_found'], [503, {}, 'unreachable'], [502, {code: 'provider_unreachable'}, 'provider_unreachable'], [403, {}, 'unexpected'],
  ])('reads a refusal by its code: %i %j', async (status, body, code) => {
    await expect(answering(body, {status}).backEnd.list(call)).rejects.toThrow(code);
  });

  it.each([
    ['{', {}], ['[]', {}], ['"x"', {}], [{data: 7}, {}], [{data: [{id: 7}]}, {}], [{data: [{...CONNECTION, scopes: [7]}]}, {}], [{data: []}, {type: 'text/html'}],
    [{data: [], rest: 'x'.repeat(300_000)}, {}],
  ])('refuses an answer of another form: %j', async (body, init) => {
    await expect(answering(body, init).backEnd.list(call)).rejects.toThrow('answer_invalid');
  });

  it('says only that nobody answers when the network fails', async () => {
    const backEnd = fetchBackEnd({fetch: () => Promise.reject(new TypeError('failed at https://secret.example'))});
    await expect(backEnd.list(call)).rejects.toThrow(/^unreachable$/);
  });
});
