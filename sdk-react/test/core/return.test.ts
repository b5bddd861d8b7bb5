import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createConnectFlow, createReturnFlow, takeReturn, type Returned} from '../../src/core/index.js';
import {written} from '../../src/core/messages.js';
import {CONNECTION, FINISH_CODE, pass, SESSION, Stage, StageBackEnd} from '../stage.js';

let stage: Stage;
let backEnd: StageBackEnd;

beforeEach(() => {
  vi.useFakeTimers();
  stage = new Stage();
  backEnd = new StageBackEnd();
});
afterEach(() => vi.useRealTimers());

function come(query: string): Returned {
  history.replaceState({kept: 1}, '', '/connected' + query);
  return takeReturn();
}

describe('takeReturn', () => {
  it('takes what is its own out of the address, and leaves the rest', () => {
    const returned = come(`?tab=2&session_id=${SESSION}&finish_code=${FINISH_CODE}#part`);
    expect(location.pathname + location.search + location.hash).toBe('/connected?tab=2#part');
    expect(history.state).toEqual({kept: 1});
    expect(JSON.stringify(returned)).not.toContain(FINISH_CODE);
    expect('take' in returned && returned.take()).toBe(FINISH_CODE);
    expect('take' in returned && returned.take()).toBeNull();
  });

  it('answers what it read before, until there is something new', () => {
    const first = come(`?session_id=${SESSION}&finish_code=${FINISH_CODE}`);
    expect(takeReturn()).toBe(first);
    expect(come(`?session_id=${SESSION}&error=access_denied`)).toEqual({sessionId: SESSION, error: 'access_denied'});
  });

  it.each([
    [`?session_id=${SESSION}&session_id=${SESSION}&finish_code=${FINISH_CODE}`, null, 'return_invalid'],
    [`?session_id=${SESSION}&finish_code=${FINISH_CODE}&finish_code=${FINISH_CODE}`, null, 'return_invalid'],
    [`?session_id=cs_1&finish_code=${FINISH_CODE}`, null, 'return_invalid'],
    [`?finish_code=${FINISH_CODE}`, null, 'return_invalid'],
    [`?session_id=${SESSION}`, SESSION, 'return_invalid'],
    [`?session_id=${SESSION}&finish_code=short`, SESSION, 'return_invalid'],
    [`?session_id=${SESSION}&finish_code=${FINISH_CODE}&error=access_denied`, SESSION, 'return_invalid'],
    [`?session_id=${SESSION}&error=<script>`, SESSION, 'return_invalid'],
    [`?session_id=${SESSION}&error=provider_refused`, SESSION, 'provider_refused'],
  ])('refuses whatever is not exactly a return: %s', (query, sessionId, error) => {
    expect(come(query)).toEqual({sessionId, error});
    expect(location.search).toBe('');
  });

  it('does not work in a frame', () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const view = {
      location: {href: `https://application.example/connected?session_id=${SESSION}&finish_code=${FINISH_CODE}`},
      history: {state: null, replaceState: () => undefined}, top: window, self: frame.contentWindow,
    } as unknown as Window;
    expect(takeReturn(view)).toEqual({sessionId: null, error: 'framed'});
  });
});

describe('the return page', () => {
  const returned = () => come(`?session_id=${SESSION}&finish_code=${FINISH_CODE}`);

  it('finishes once, however often it is made', async () => {
    const brought = returned();
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: brought});
    expect(createReturnFlow({backEnd, surroundings: stage, returned: brought})).toBe(flow);
    await pass(5_000);
    expect(backEnd.calls).toEqual(['finish']);
    expect(backEnd.given).toEqual([{sessionId: SESSION, finishCode: FINISH_CODE}]);
    expect(flow.getSnapshot()).toEqual({phase: 'connected', connection: CONNECTION, heard: false});
    expect(stage.closes).toBe(0);
    expect(stage.listening).toBe(0);
  });

  it('closes when the page that began has heard, which then asks the status', async () => {
    const opener = createConnectFlow({backEnd, surroundings: stage});
    opener.connect();
    await pass(0);
    backEnd.status_ = {status: 'authorized'};
    const release = backEnd.hold();
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: returned()});
    await pass(100);
    expect(stage.closes).toBe(0);
    expect(opener.getSnapshot()).toMatchObject({phase: 'returned'});
    release();
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    await pass(100);
    expect(flow.getSnapshot()).toMatchObject({phase: 'connected', heard: true});
    expect(opener.getSnapshot()).toMatchObject({phase: 'connected', connectionId: CONNECTION.id});
    expect(stage.closes).toBe(1);
  });

  it('stays open where the application wants it', async () => {
    const flow = createReturnFlow({backEnd, surroundings: stage, closes: false, returned: returned()});
    await pass(0);
    stage.tell(SESSION, written({about: 'heard'}));
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'connected', heard: true});
    expect(stage.closes).toBe(0);
  });

  it('tells why it failed, and never that it may be tried again', async () => {
    const opener = createConnectFlow({backEnd, surroundings: stage});
    opener.connect();
    await pass(0);
    backEnd.failing.finish = 'verifier_mismatch';
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: returned()});
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'verifier_mismatch', again: false});
    flow.retry();
    await pass(100);
    expect(backEnd.count('finish')).toBe(1);
    expect(opener.getSnapshot()).toMatchObject({phase: 'failed', code: 'verifier_mismatch'});
  });

  it('may send the same finish again when the refusal passes', async () => {
    backEnd.failing.finish = 'provider_unreachable';
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: returned()});
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', again: true});
    delete backEnd.failing.finish;
    flow.retry();
    expect(flow.getSnapshot()).toMatchObject({phase: 'finishing'});
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'connected'});
    expect(backEnd.given[1]).toEqual(backEnd.given[0]);
  });

  it('does not wait for ever', async () => {
    backEnd.hold();
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: returned()});
    await pass(60_000);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code: 'unreachable', again: true});
  });

  it.each([[`?session_id=${SESSION}&error=access_denied`, 'access_denied'], ['?session_id=x', 'return_invalid']])('calls nothing without a finish code: %s', async (query, code) => {
    const flow = createReturnFlow({backEnd, surroundings: stage, returned: come(query)});
    await pass(0);
    expect(flow.getSnapshot()).toMatchObject({phase: 'failed', code, again: false});
    expect(backEnd.calls).toEqual([]);
  });
});
