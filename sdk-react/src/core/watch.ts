import type {ConnectBackEnd, SessionStatus} from './back-end.js';
import {codeOf, ConnectFailure, isCode} from './failure.js';
import {within, type Limits} from './limits.js';
import type {Message} from './messages.js';
import type {ConnectState} from './state.js';
import type {Channel, Popup, Surroundings} from './surroundings.js';

interface Watch {
  readonly backEnd: Pick<ConnectBackEnd, 'status'>;
  readonly around: Surroundings;
  readonly limits: Limits;
  readonly ended: AbortSignal;
  readonly sessionId: string;
  /** The window it happens in; null when this page is being left for it. */
  readonly popup: Popup | null;
  tell(state: ConnectState): void;
}

const STATUSES = ['pending', 'authorized', 'finished', 'failed', 'expired'];

/**
 * Watches one session until it ends. What the window seems to be and what other pages tell only make it ask: the status that the
 * back end gives decides. Goes on listening after a failure, for a window that seemed closed may be open.
 */
export function watchSession({backEnd, around, limits, ended, sessionId, popup, tell}: Watch): () => void {
  let phase: ConnectState['phase'] = 'opening';
  let told: string | undefined; // why the return page says that it failed
  let lastReason: string | undefined;
  let failures = 0;
  let asking = false;
  let askAgain = false;
  let seemsClosed = false;
  let closedLongEnough = false;
  let stopPolling = () => undefined as void;
  let stopLooking = () => undefined as void;
  const stops: (() => void)[] = [];

  function enter(next: ConnectState) {
    phase = next.phase;
    tell(next);
  }

  function settle(next: ConnectState) {
    stopPolling();
    stopLooking();
    enter(next);
    if (next.phase === 'connected') {
      stops.splice(0).forEach(each => each());
      stops.push(around.after(limits.heard * 3, stop)); // the return page may only now be about to tell, and closes when it is heard
    }
  }

  function returned() {
    if (phase !== 'returned') {
      enter({phase: 'returned', sessionId});
    }
  }

  const fail = (code: string) => phase === 'failed' || settle({phase: 'failed', code, sessionId});

  function judge({status, reason, connectionId}: SessionStatus) {
    if (status === 'finished') {
      settle({phase: 'connected', sessionId, connectionId});
    } else if (phase === 'failed') {
      return;
    } else if (status === 'failed') {
      fail(isCode(reason) ? reason : told ?? 'connect_failed');
    } else if (status === 'expired') {
      fail('session_expired');
    } else if (status === 'authorized') {
      returned();
    } else if (told !== undefined) {
      fail(told);
    } else if (closedLongEnough && around.attended()) {
      fail('popup_closed');
    } else if (phase === 'returned' || (phase === 'waiting' && isCode(reason) && reason !== lastReason)) {
      lastReason = isCode(reason) ? reason : undefined;
      enter({phase: 'waiting', sessionId, reason: lastReason}); // also when a page told that somebody returned, and nobody did
    }
  }

  async function ask(): Promise<void> {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    stopPolling();
    try {
      const answer = await within(around, limits.call, ended, call => backEnd.status(sessionId, call));
      if (!STATUSES.includes(answer?.status)) {
        throw new ConnectFailure('answer_invalid');
      }
      failures = 0;
      if (!ended.aborted) {
        judge(answer);
      }
    } catch (thrown) {
      const code = codeOf(thrown);
      failures += 1;
      if (!ended.aborted && (code === 'signed_out' || code === 'not_found' || failures >= limits.failures)) {
        fail(code === 'not_found' ? 'session_unknown' : code);
      } else if (!ended.aborted && told !== undefined) {
        fail(told);
      }
    }
    asking = false;
    if (ended.aborted || phase === 'connected') {
      return;
    }
    if (askAgain) {
      askAgain = false;
      void ask();
    } else if (phase !== 'failed') {
      stopPolling = around.after(limits.poll * 2 ** Math.min(failures, 3), ask);
    }
  }

  function hear({about, code}: Message) {
    if (about === 'heard') {
      return;
    }
    channel?.send({about: 'heard'});
    if (phase === 'connected') {
      return;
    }
    told = code;
    if (about !== 'failed' && phase !== 'failed') {
      returned();
    }
    void ask();
  }

  /** The window is a hint: its page may have cut itself off, so that it seems closed while somebody types their password in it. */
  function look() {
    if (popup?.closed && !seemsClosed) {
      seemsClosed = true;
      void ask();
    }
    if (phase === 'waiting' && seemsClosed && around.attended()) {
      stopLooking = around.after(limits.closed, () => {
        closedLongEnough = around.attended();
        void (closedLongEnough ? ask() : look());
      });
    } else if (phase !== 'connected' && phase !== 'failed') {
      stopLooking = around.after(limits.look, look);
    }
  }

  /** The page is still there, or there again: the person came back by the browser's own ways. */
  async function stayed() {
    told = 'interrupted';
    await ask();
  }

  function stop() {
    stopPolling();
    stopLooking();
    stops.splice(0).forEach(each => each());
    channel?.close();
  }

  // A page that is left keeps no channel: with one, browsers may not keep the page.
  const channel: Channel | null = popup ? around.channel(sessionId, hear) : null;
  if (popup) {
    enter({phase: 'waiting', sessionId});
    stopPolling = around.after(limits.poll, ask);
    stopLooking = around.after(limits.look, look);
    stops.push(around.onAttention(() => void ask()), around.after(limits.flow, () => {
      fail('timed_out');
      stop();
    }));
  } else {
    enter({phase: 'opening', leaving: true});
    stops.push(around.onRestored(() => void stayed()), around.after(limits.leave, () => void stayed()));
  }
  return stop;
}
