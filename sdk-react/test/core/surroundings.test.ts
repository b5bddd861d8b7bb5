import {afterEach, describe, expect, it, vi} from 'vitest';
import {browserSurroundings} from '../../src/core/index.js';

afterEach(() => vi.restoreAllMocks());

function opened(fake: object | null) {
  return vi.spyOn(window, 'open').mockReturnValue(fake as Window | null);
}

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
