import axe from 'axe-core';
import {version} from 'react';
import {renderToString} from 'react-dom/server';
import {describe, expect, inject, it, vi} from 'vitest';
import {ConnectButton, ConnectionList, ConnectProvider, ConnectReturn, fetchBackEnd, takeReturn, useConnect} from '../../src/react/index.js';
import {englishSentences} from '../../src/core/index.js';
import {CONNECTION, FINISH_CODE, SESSION} from '../stage.js';
import {backEnd, button, click, page, pass, said, show, stage, unmount} from './stage.js';

async function examine() {
  vi.useRealTimers();
  const {violations} = await axe.run(page, {rules: {region: {enabled: false}, 'color-contrast': {enabled: false}, 'page-has-heading-one': {enabled: false}}});
  vi.useFakeTimers();
  expect(violations.map(({id}) => id)).toEqual([]);
}

it('runs with the version of React that it is meant to run with', () => {
  expect(version.split('.')[0]).toBe(inject('react'));
});

describe('ConnectButton', () => {
  it('goes from click to connected, says how far it is, and keeps the focus', async () => {
    const onConnected = vi.fn();
    await show(<ConnectButton integration="sandbox" onConnected={onConnected}>Connect Sandbox</ConnectButton>);
    expect(said()).toBe('');
    await click('Connect Sandbox');
    expect(backEnd.given[0]).toEqual({integration: 'sandbox'});
    expect(said()).toBe('Go on in the window that opened.');
    backEnd.status_ = {status: 'authorized'};
    await pass(2_000);
    expect(button('Connect Sandbox').getAttribute('aria-busy')).toBe('true');
    expect(button('Cancel')).toBeTruthy(); // whoever closed the return page too early need not wait
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    await pass(2_000);
    expect(said()).toBe('Connected.');
    expect(onConnected.mock.calls).toEqual([[CONNECTION.id]]);
    expect(document.activeElement).toBe(button('Connect Sandbox'));
    expect(button('Connect Sandbox').getAttribute('aria-describedby')).toBe(page.querySelector('[role="status"]')!.id);
  });

  it('makes one session of two clicks', async () => {
    const release = backEnd.hold();
    await show(<ConnectButton/>);
    await click('Connect');
    await click('Connect');
    release();
    await pass(0);
    expect(backEnd.count('start')).toBe(1);
    expect(stage.popups).toHaveLength(1);
  });

  it('says what to do when it fails, in the words of the application, and begins again', async () => {
    const onFailed = vi.fn();
    backEnd.failing.start = 'signed_out';
    await show(<ConnectButton onFailed={onFailed}/>, {sentences: {signed_out: 'Bitte anmelden.'}, words: {connectAgain: 'Nochmal'}});
    await click('Connect');
    expect(said()).toBe('Bitte anmelden.');
    expect(onFailed.mock.calls).toEqual([['signed_out']]);
    delete backEnd.failing.start;
    await click('Nochmal');
    expect(said()).toBe('Go on in the window that opened.');
  });

  it('can be begun anew and cancelled while it waits, and the focus stays', async () => {
    await show(<ConnectButton/>);
    await click('Connect');
    await click('Start again');
    expect(backEnd.count('start')).toBe(2);
    expect(stage.popups[0]!.closed).toBe(true);
    await click('Cancel');
    expect(said()).toBe('');
    expect(document.activeElement).toBe(button('Connect'));
  });

  it('says why an attempt did not work while the person may go on there', async () => {
    await show(<ConnectButton/>);
    await click('Connect');
    backEnd.status_ = {status: 'pending', reason: 'provider_refused'};
    await pass(2_000);
    expect(said()).toBe(englishSentences.provider_refused + ' Go on in the window that opened.');
    await examine();
  });

  it('ends with its page, and leaves the window alone', async () => {
    await show(<ConnectButton/>);
    await click('Connect');
    await unmount();
    expect(stage.listening).toBe(0);
    expect(stage.popups[0]!.closed).toBe(false);
  });
});

describe('useConnect', () => {
  it('is enough for a button of one\'s own', async () => {
    const Own = () => {
      const {state, text, connect} = useConnect({connectionId: CONNECTION.id});
      return <button type="button" onClick={connect}>{state.phase + ': ' + text}</button>;
    };
    await show(<Own/>);
    await click('idle: ');
    expect(backEnd.given[0]).toEqual({connectionId: CONNECTION.id});
    expect(page.textContent).toBe('waiting: Go on in the window that opened.');
  });

  it('says what is missing without a provider', () => {
    const Own = () => <>{useConnect().text}</>;
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderToString(<Own/>)).toThrow('There is no ConnectProvider above this component.');
    quiet.mockRestore();
  });
});

describe('ConnectReturn', () => {
  const come = (query: string) => history.replaceState(null, '', '/connected' + query);

  it('finishes once, says so, and turns the focus to it', async () => {
    come(`?session_id=${SESSION}&finish_code=${FINISH_CODE}`);
    const onConnected = vi.fn();
    await show(<ConnectReturn home="/tasks" onConnected={onConnected}/>);
    expect(location.search).toBe('');
    expect(backEnd.calls).toEqual(['finish']);
    expect(page.querySelector('h1')!.textContent).toBe('Connected.');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(page.querySelector('a')!.getAttribute('href')).toBe('/tasks');
    expect(onConnected).toHaveBeenCalledWith(CONNECTION);
    expect(page.innerHTML).not.toContain(FINISH_CODE);
    await examine();
  });

  it('takes what the page took before anything else', async () => {
    come(`?session_id=${SESSION}&finish_code=${FINISH_CODE.replace('Z', 'Y')}`);
    const returned = takeReturn();
    await show(<ConnectReturn returned={returned}/>);
    expect(backEnd.count('finish')).toBe(1);
  });

  it('says what to do when nothing was connected', async () => {
    come(`?session_id=${SESSION}&error=access_denied`);
    const onFailed = vi.fn();
    await show(<ConnectReturn onFailed={onFailed}/>);
    expect(page.querySelector('h1')!.textContent).toBe('Not connected');
    expect(page.textContent).toContain(englishSentences.access_denied);
    expect(onFailed).toHaveBeenCalledWith('access_denied');
    expect(backEnd.calls).toEqual([]);
    await examine();
  });

  it('offers to try again what may be tried again', async () => {
    come(`?session_id=${SESSION}&finish_code=${FINISH_CODE.replace('Z', 'X')}`);
    backEnd.failing.finish = 'key_unavailable';
    await show(<ConnectReturn/>);
    delete backEnd.failing.finish;
    await click('Try again');
    expect(page.querySelector('h1')!.textContent).toBe('Connected.');
    expect(backEnd.count('finish')).toBe(2);
  });
});

describe('ConnectionList', () => {
  it('shows the person\'s own connections, and not the disconnected ones', async () => {
    backEnd.connections = [CONNECTION, {...CONNECTION, id: 'conn_2', status: 'disconnected', account: 'Old'}, {...CONNECTION, id: 'conn_3', status: 'new_word', account: undefined}];
    await show(<ConnectionList/>);
    expect([...page.querySelectorAll('li')].map(each => [...each.querySelectorAll('span')].map(part => part.textContent))).toEqual([
      ['sandbox · Ada', 'Connected', 'profile'], ['sandbox', 'new_word', 'profile'],
    ]);
    await examine();
  });

  it('asks before it disconnects, and keeps the focus near', async () => {
    const onChanged = vi.fn();
    await show(<ConnectionList onChanged={onChanged}/>);
    await click('Disconnect: sandbox · Ada');
    expect(document.activeElement).toBe(button('Keep'));
    await examine();
    await click('Keep');
    expect(document.activeElement).toBe(button('Disconnect: sandbox · Ada'));
    expect(backEnd.count('disconnect')).toBe(0);
    await click('Disconnect: sandbox · Ada');
    await click('Disconnect');
    expect(backEnd.given).toContain(CONNECTION.id);
    expect(said()).toBe('Disconnected.');
    expect(page.textContent).toContain('Nothing is connected.');
    expect(document.activeElement).toBe(page.querySelector('h2'));
    expect(onChanged).toHaveBeenCalledTimes(1);
  });

  it('erases everything after a question', async () => {
    await show(<ConnectionList/>);
    await click('Erase everything about me');
    expect(backEnd.count('erase')).toBe(0);
    await click('Erase everything about me');
    expect(backEnd.count('erase')).toBe(1);
    expect(said()).toBe('Erased.');
  });

  it('says what to do when something does not work', async () => {
    backEnd.failing.list = 'unreachable';
    await show(<ConnectionList/>);
    expect(page.querySelector('[role="alert"]')!.textContent).toContain(englishSentences.unreachable);
    delete backEnd.failing.list;
    await click('Try again');
    backEnd.failing.disconnect = 'not_found';
    await click('Disconnect: sandbox · Ada');
    await click('Disconnect');
    expect(page.querySelector('[role="alert"]')!.textContent).toContain(englishSentences.not_found);
  });

  it('offers to connect again where the person is needed, and loads again then', async () => {
    backEnd.connections = [{...CONNECTION, status: 'reauth_required'}];
    await show(<ConnectionList/>);
    await click('Connect again');
    expect(backEnd.given).toContainEqual({integration: 'sandbox', connectionId: CONNECTION.id});
    backEnd.connections = [CONNECTION];
    backEnd.status_ = {status: 'finished', connectionId: CONNECTION.id};
    await pass(2_000);
    expect(page.querySelector('li')!.dataset['status']).toBe('active');
  });

  it('loads again for another revision, and shows what there was meanwhile', async () => {
    await show(<ConnectionList revision={1}/>);
    const before = backEnd.count('list');
    await show(<ConnectionList revision={1}/>);
    expect(backEnd.count('list')).toBe(before);
    const row = page.querySelector('li');
    backEnd.connections = [{...CONNECTION, status: 'reauth_required'}];
    await show(<ConnectionList revision={2}/>);
    expect(backEnd.count('list')).toBe(before + 1);
    expect(page.querySelector('li')).toBe(row);
    expect(row!.dataset['status']).toBe('reauth_required');
  });

  it('loads again when the person turns to the page, and not after it is gone', async () => {
    await show(<ConnectionList/>);
    const before = backEnd.count('list');
    stage.turnHere();
    await pass(0);
    expect(backEnd.count('list')).toBe(before + 1);
    await unmount();
    expect(stage.listening).toBe(0);
  });
});

it('can be rendered on a server', () => {
  vi.stubGlobal('window', undefined);
  vi.stubGlobal('document', undefined);
  vi.stubGlobal('location', undefined);
  try {
    const html = renderToString(<ConnectProvider backEnd={fetchBackEnd()}><ConnectButton/><ConnectReturn/><ConnectionList/></ConnectProvider>);
    expect(html).toContain('One moment…');
  } finally {
    vi.unstubAllGlobals();
  }
});
