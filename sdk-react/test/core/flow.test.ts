import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {englishSentences, sentence} from '../../src/core/index.js';
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

describe('opening', () => {
  it('opens the window in the click itself and leads it on when the session is there', async () => {
    const release = backEnd.hold();
    const {flow, seen} = begin(stage, backEnd);
    flow.connect({integration: 'sandbox'});
    expect(stage.popups).toHaveLength(1);
    expect(stage.popups[0]!.address).toBeNull();
    release();
    await pass(0);
    expect(stage.popups[0]!.address).toBe(CONNECT_URL);
    expect(backEnd.given).toEqual([{integration: 'sandbox'}]);
    expect(seen).toEqual(['opening', 'waiting']);
  });

  it('makes one session of a double click, and brings the window to the front after', async () => {
    const {flow} = begin(stage, backEnd);
    flow.connect();
    flow.connect();
    await pass(0);
    flow.connect();
    expect(backEnd.count('start')).toBe(1);
    expect(stage.popups).toHaveLength(1);
    expect(stage.popups[0]!.focused).toBe(1);
    stage.popups[0]!.closed = true; // the connect page came and cut itself off before the second half of the double click
    await pass(500);
    flow.connect();
    expect(stage.popups).toHaveLength(1);
    await pass(500);
    flow.connect();
    expect(stage.popups).toHaveLength(2);
  });

  it('takes the whole page when the window is blocked', async () => {
    stage.blocked = true;
    const {flow, seen} = begin(stage, backEnd);
    flow.connect();
    await pass(0);
    expect(stage.left).toBe(CONNECT_URL);
    expect(flow.getSnapshot()).toEqual({phase: 'opening', leaving: true});
    expect(seen).toEqual(['opening']);
  });

  it('says that the window is blocked, without a session, where the page must stay', async () => {
    stage.blocked = true;
    const {flow} = begin(stage, backEnd, {whenBlocked: 'fail'});
    flow.connect();
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'popup_blocked'});
    expect(backEnd.calls).toEqual([]);
  });

  it('opens no window where the application wants a redirect', async () => {
    const {flow} = begin(stage, backEnd, {opens: 'redirect'});
    flow.connect();
    await pass(0);
    expect(stage.popups).toEqual([]);
    expect(stage.left).toBe(CONNECT_URL);
    expect([...stage.channels.values()]).toEqual([]);
  });

  it.each([
    ['signed_out', 'signed_out'], ['rate_limited', 'rate_limited'], ['No good', 'unexpected'],
  ])('closes the window and says why when no session is made: %s', async (code, shown) => {
    backEnd.failing.start = code;
    const {flow} = begin(stage, backEnd);
    flow.connect();
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: shown});
    expect(stage.popups[0]!.closed).toBe(true);
    expect(stage.listening).toBe(0);
  });

  it('does not wait for ever for a back end that does not answer', async () => {
    backEnd.hold();
    const {flow} = begin(stage, backEnd);
    flow.connect();
    await pass(15_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'unreachable'});
  });

  it.each([
    'javascript:alert(1)', 'data:text/html,hello', 'http://connect.example/connect#t', '/connect', 'blob:https://connect.example/1', '',
  ])('leads nowhere but to https: %s', async connectUrl => {
    backEnd.started = {sessionId: SESSION, connectUrl};
    const {flow} = begin(stage, backEnd);
    flow.connect();
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'answer_invalid'});
    expect(stage.popups[0]!.address).toBeNull();
  });

  it('holds the connect page to the origin that the application names, and the session to its form', async () => {
    for (const [started, connectOrigin] of [
      [{sessionId: SESSION, connectUrl: CONNECT_URL}, 'https://other.example'], [{sessionId: 'cs_1', connectUrl: CONNECT_URL}, undefined],
    ] as const) {
      backEnd.started = started;
      const {flow} = begin(stage, backEnd, {connectOrigin});
      flow.connect();
      await pass(0);
      expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'answer_invalid'});
    }
  });

  it('notices a window that is closed before the session is there', async () => {
    const release = backEnd.hold();
    const {flow} = begin(stage, backEnd);
    flow.connect();
    stage.popups[0]!.close();
    release();
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'popup_closed'});
  });
});

describe('waiting', () => {
  it('is connected when the status says so, whatever the window says', async () => {
    const {flow, seen, popup} = await waiting(stage, backEnd);
    popup.closed = true;
    backEnd.status_ = {status: 'authorized'};
    await pass(2_000);
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    await pass(2_000);
    expect(flow.getSnapshot()).toEqual({phase: 'connected', sessionId: SESSION, connectionId: CONNECTION.id});
    expect(seen).toEqual(['opening', 'waiting', 'returned', 'connected']);
    await pass(3_600);
    expect(stage.listening).toBe(0);
    const asked = backEnd.count('status');
    await pass(60_000);
    expect(backEnd.count('status')).toBe(asked);
  });

  it.each([
    [{status: 'failed', reason: 'account_mismatch'}, 'account_mismatch'], [{status: 'failed'}, 'connect_failed'],
    [{status: 'failed', reason: '<b>'}, 'connect_failed'], [{status: 'expired', reason: 'not_finished'}, 'session_expired'],
  ] as const)('ends as the session ends: %j', async (status, code) => {
    const {flow} = await waiting(stage, backEnd);
    backEnd.status_ = status;
    await pass(2_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code});
  });

  it('says why the last attempt did not work, and waits on', async () => {
    const {flow} = await waiting(stage, backEnd);
    backEnd.status_ = {status: 'pending', reason: 'access_denied'};
    await pass(2_000);
    expect(flow.getSnapshot()).toEqual({phase: 'waiting', sessionId: SESSION, reason: 'access_denied'});
  });

  it('does not believe a window that seems closed while the person looks elsewhere', async () => {
    const {flow, popup} = await waiting(stage, backEnd);
    popup.closed = true; // as a page does that cuts itself off
    await pass(120_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'waiting'});
  });

  it('says that the window is closed when the person is back here, and is connected if they were not done there', async () => {
    const {flow, seen, popup} = await waiting(stage, backEnd);
    popup.closed = true;
    stage.turnHere();
    await pass(3_600);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'popup_closed'});
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    stage.tell(SESSION, written({about: 'connected'}));
    await pass(0);
    expect(seen.at(-1)).toBe('connected');
  });

  it('begins anew after a window that seems closed, and lets the first one be', async () => {
    const {flow, popup} = await waiting(stage, backEnd);
    popup.closed = true;
    await pass(1_000);
    backEnd.started = {sessionId: SESSION.replace('01kb', '01kc'), connectUrl: CONNECT_URL};
    flow.connect();
    await pass(0);
    expect(stage.popups).toHaveLength(2);
    stage.tell(SESSION, written({about: 'failed', code: 'access_denied'}));
    await pass(2_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'waiting', sessionId: backEnd.started.sessionId});
  });

  it('bears answers that fail for a while, and not for ever', async () => {
    const {flow} = await waiting(stage, backEnd);
    backEnd.failing.status = 'unreachable';
    await pass(20_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'waiting'});
    await pass(120_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'unreachable'});
    expect(backEnd.count('status')).toBe(8);
  });

  it.each([['signed_out', 'signed_out'], ['not_found', 'session_unknown']])('ends at once when the back end says %s', async (code, shown) => {
    const {flow} = await waiting(stage, backEnd);
    backEnd.failing.status = code;
    await pass(2_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: shown});
  });

  it('refuses a status that there is not', async () => {
    const {flow} = await waiting(stage, backEnd);
    backEnd.status_ = {status: 'done'} as never;
    await pass(120_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'answer_invalid'});
  });

  it('ends in time, and stops listening', async () => {
    const {flow} = await waiting(stage, backEnd);
    await pass(780_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'timed_out'});
    expect(stage.listening).toBe(0);
  });

  it('is idle after cancel, with the window closed and nothing listening', async () => {
    const {flow, popup} = await waiting(stage, backEnd);
    flow.cancel();
    expect(flow.getSnapshot()).toEqual({phase: 'idle'});
    expect(popup.closed).toBe(true);
    expect(stage.listening).toBe(0);
    backEnd.status_ = {status: 'finished'};
    await pass(10_000);
    expect(flow.getSnapshot()).toEqual({phase: 'idle'});
  });

  it('leaves the window alone when its page goes', async () => {
    const {flow, popup} = await waiting(stage, backEnd);
    flow.leave();
    expect(popup.closed).toBe(false);
    expect(stage.listening).toBe(0);
  });

  it('hears nothing of an answer that comes after cancel', async () => {
    const release = backEnd.hold();
    const {flow, seen} = begin(stage, backEnd);
    flow.connect();
    flow.cancel();
    release();
    await pass(0);
    expect(seen).toEqual(['opening', 'idle']);
    expect(stage.popups[0]!.closed).toBe(true);
  });
});

describe('sentences', () => {
  it('say what to do, for every code, in the words of the application if it has any', () => {
    for (const text of Object.values(englishSentences)) {
      expect(text).toMatch(/(connect|try) again|close this page|go back|tell the people|connect there/i);
    }
    expect(sentence('something_new')).toBe(englishSentences.other);
    expect(sentence('constructor')).toBe(englishSentences.other);
    expect(sentence('popup_closed', {popup_closed: 'Zu.'})).toBe('Zu.');
    expect(sentence('something_new', {other: 'Ach.'})).toBe('Ach.');
  });
});
