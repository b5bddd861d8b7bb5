import {checkStarted, type ConnectBackEnd, type ConnectRequest} from './back-end.js';
import {codeOf} from './failure.js';
import {defaultLimits, within, type Limits} from './limits.js';
import {watched, type ConnectState, type Watched} from './state.js';
import {browserSurroundings, type Popup, type Surroundings} from './surroundings.js';
import {watchSession} from './watch.js';

export interface ConnectFlowOptions {
  readonly backEnd: Pick<ConnectBackEnd, 'start' | 'status'>;
  /** Where the connect page opens; usually in a popup. */
  readonly opens?: 'popup' | 'redirect' | undefined;
  /** What to do when the browser blocks the popup; usually the whole page goes. */
  readonly whenBlocked?: 'redirect' | 'fail' | undefined;
  /** The only origin at which the connect page may be. */
  readonly connectOrigin?: string | undefined;
  /** What the popup says until the connect page comes. */
  readonly openingText?: string | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly surroundings?: Surroundings | undefined;
}

/** One place at which a person connects; one flow at a time. */
export interface ConnectFlow extends Watched<ConnectState> {
  /**
   * Begins. Must be called in the click itself, or browsers block the popup. While a flow is under way it makes no second one, but
   * brings its window to the front; when that window seems closed it begins anew.
   */
  connect(request?: ConnectRequest): void;
  /** Stops waiting, closes the window where the browser lets it, and is idle again. Nothing that was connected is undone. */
  cancel(): void;
  /** Stops watching and is idle again, and leaves the window alone: who is in it can still come to an end there. */
  leave(): void;
}

/** Makes a flow, idle. Stores nothing in the browser. */
export function createConnectFlow(options: ConnectFlowOptions): ConnectFlow {
  const {backEnd, opens = 'popup', whenBlocked = 'redirect'} = options;
  const around = options.surroundings ?? browserSurroundings();
  const limits: Limits = {...defaultLimits, ...options.limits};
  const state = watched<ConnectState>({phase: 'idle'});
  let popup: Popup | null = null;
  let clickedJustNow = false;
  let abort = new AbortController();
  let stop = () => undefined as void;

  function begin() {
    abort.abort();
    stop();
    abort = new AbortController();
    stop = () => undefined;
    return abort.signal;
  }

  function connect(request: ConnectRequest = {}) {
    const {phase} = state.getSnapshot();
    if (phase === 'opening' || phase === 'returned') {
      return;
    }
    if (phase === 'waiting' && popup && (clickedJustNow || !popup.closed)) {
      popup.focus();
      return;
    }
    const ended = begin();
    clickedJustNow = true; // the second half of a double click, when the connect page has already cut itself off
    around.after(limits.again, () => {
      clickedJustNow = false;
    });
    popup = opens === 'popup' ? around.openWindow(options.openingText ?? 'One moment…') : null;
    if (opens === 'popup' && !popup && whenBlocked === 'fail') {
      state.set({phase: 'failed', code: 'popup_blocked'});
      return;
    }
    state.set({phase: 'opening', leaving: false});
    void open(request, popup, ended);
  }

  async function open(request: ConnectRequest, into: Popup | null, ended: AbortSignal) {
    let sessionId: string | undefined;
    try {
      const answer = await within(around, limits.call, ended, call => backEnd.start(request, call));
      if (ended.aborted) {
        return;
      }
      const started = checkStarted(answer, options.connectOrigin);
      sessionId = started.sessionId;
      const tell = (next: ConnectState) => ended.aborted || state.set(next);
      stop = watchSession({backEnd, around, limits, ended, sessionId, popup: into, tell});
      if (into) {
        into.goTo(started.connectUrl);
      } else {
        around.leaveFor(started.connectUrl);
      }
    } catch (thrown) {
      if (!ended.aborted) {
        begin();
        into?.close();
        state.set({phase: 'failed', code: codeOf(thrown), sessionId});
      }
    }
  }

  function leave() {
    begin();
    popup = null;
    if (state.getSnapshot().phase !== 'idle') {
      state.set({phase: 'idle'});
    }
  }

  return {
    getSnapshot: state.getSnapshot,
    subscribe: state.subscribe,
    connect,
    cancel() {
      popup?.close();
      leave();
    },
    leave,
  };
}
