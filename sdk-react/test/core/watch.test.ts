import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {written} from '../../src/core/messages.js';
import {begin, CONNECT_URL, CONNECTION, pass, SESSION, Stage, StageBackEnd, waiting} from '../stage.js';

let stage: Stage;
let backEnd: StageBackEnd;

beforeEach(() => {
  vi.useFakeTimers();
  stage = new Stage();
  backEnd = new StageBackEnd();
});
afterEach(() => vi.useRealTimers());

describe('messages of other pages', () => {
  it('are answered after the status told first, and change nothing any more', async () => {
    const {flow, seen} = await waiting(stage, backEnd);
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    await pass(2_000);
    let heard = 0;
    const channel = stage.channel(SESSION, ({about}) => {
      heard += about === 'heard' ? 1 : 0;
    });
    channel.send({about: 'connected'});
    channel.send({about: 'failed', code: 'access_denied'});
    await pass(10);
    expect(heard).toBe(2);
    expect(seen).toEqual(['opening', 'waiting', 'connected']);
    expect(flow.getSnapshot()).toMatchObject({phase: 'connected'});
  });

  it('are not believed: a claim to be connected only asks the status', async () => {
    const {flow, seen} = await waiting(stage, backEnd);
    stage.tell(SESSION, written({about: 'connected'}));
    await pass(0);
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'waiting'});
    expect(seen).not.toContain('connected');
    expect(backEnd.count('status')).toBe(1);
  });

  it('tell why it failed, unless the status knows that it did not', async () => {
    const {flow} = await waiting(stage, backEnd);
    stage.tell(SESSION, written({about: 'failed', code: 'access_denied'}));
    await pass(0);
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'access_denied'});
    const second = await waiting(stage, backEnd);
    backEnd.status_ = {status: 'finished'};
    stage.tell(SESSION, written({about: 'failed', code: 'access_denied'}));
    await pass(0);
    await pass(0);
    expect(second.flow.getSnapshot()).toMatchObject({phase: 'connected'});
  });

  it('of one tab do not end the flow of another', async () => {
    const first = await waiting(stage, backEnd);
    backEnd.started = {sessionId: SESSION.replace('01kb', '01kc'), connectUrl: CONNECT_URL};
    const second = await waiting(stage, backEnd);
    stage.tell(SESSION, written({about: 'failed', code: 'access_denied'}));
    await pass(0);
    await pass(0);
    expect(first.flow.getSnapshot()).toMatchObject({phase: 'failed'});
    expect(second.flow.getSnapshot()).toMatchObject({phase: 'waiting'});
  });

  it.each([
    'connected', null, 7, {}, {about: 'connected'}, {form: 'authpipe-connect-1', about: 'connected', code: 'x'}, {form: 'authpipe-connect-1', about: 'failed'},
    {form: 'authpipe-connect-1', about: 'failed', code: 'No!'}, {form: 'authpipe-connect-1', about: 'done'},
    {form: 'authpipe-connect-1', about: 'connected', finish_code: 'x'}, {form: 'authpipe-connect-2', about: 'connected'}, [],
  ])('of another form are nothing: %j', async data => {
    const {flow} = await waiting(stage, backEnd);
    stage.tell(SESSION, data);
    await pass(0);
    expect(backEnd.count('status')).toBe(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'waiting'});
  });
});

describe('a page that was left', () => {
  it.each([
    [{status: 'pending'}, {phase: 'failed', code: 'interrupted'}], [{status: 'expired'}, {phase: 'failed', code: 'session_expired'}],
    [{status: 'finished', connectionId: CONNECTION.id}, {phase: 'connected', connectionId: CONNECTION.id}],
  ] as const)('asks how it stands when the person comes back by the back button: %j', async (status, state) => {
    const {flow} = begin(stage, backEnd, {opens: 'redirect'});
    flow.connect();
    await pass(0);
    backEnd.status_ = status;
    stage.restore();
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject(state);
  });

  it('does not stay open for ever when the browser does not leave it', async () => {
    const {flow} = begin(stage, backEnd, {opens: 'redirect'});
    flow.connect();
    await pass(30_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'interrupted'});
  });
});
