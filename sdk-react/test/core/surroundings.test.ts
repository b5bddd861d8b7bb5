import {afterEach, describe, expect, it, vi} from 'vitest';
import {browserSurroundings} from '../../src/core/index.js';
import {SESSION} from '../stage.js';

afterEach(() => vi.restoreAllMocks());

function opened(fake: object | null) {
  return vi.spyOn(window, 'open').mockReturnValue(fake as Window | null);
}

describe('a channel of the browser', () => {
  it('hears its own session only, and only messages', async () => {
    const heard: string[] = [];
    const around = browserSurroundings();
    const [first, second, said] = [SESSION, SESSION.replace('01kb', '01kc'), SESSION].map((session, at) => around.channel(session, ({about}) => heard.push(`${at} ${about}`)));
    const raw = new BroadcastChannel('authpipe-connect:' + SESSION);
    raw.postMessage({about: 'connected'});
    said!.send({about: 'returned'});
    await vi.waitFor(() => expect(heard).toEqual(['0 returned']));
    second!.send({about: 'connected'});
    first!.send({about: 'heard'});
    await vi.waitFor(() => expect(heard).toEqual(['0 returned', '2 heard']));
    [first!, second!, said!, raw].forEach(channel => channel.close());
  });
});

describe('a window of the browser', () => {
  it('is blocked when there is none, when it is closed at once, and when opening throws', () => {
    opened(null);
    expect(browserSurroundings().openWindow('x')).toBeNull();
    opened({closed: true});
    expect(browserSurroundings().openWindow('x')).toBeNull();
    vi.spyOn(window, 'open').mockImplementation(() => {
      throw new Error('blocked');
    });
    expect(browserSurroundings().openWindow('x')).toBeNull();
  });

  it('knows nothing of who opened it when other pages come into it', () => {
    const steps: string[] = [];
    const inner = {
      closed: false, document: {title: '', body: {textContent: ''}},
      set opener(value: unknown) {
        steps.push('opener ' + String(value));
      },
      location: {replace: (address: string) => steps.push(address)},
    };
    opened(inner);
    browserSurroundings().openWindow('One moment')!.goTo('https://connect.example/');
    expect(inner.document.body.textContent).toBe('One moment');
    expect(steps).toEqual(['opener null', 'https://connect.example/']);
  });
});
