import {ConnectFailure} from './failure.js';
import {channelName, read, written, type Message} from './messages.js';

/** A window that was opened for the connect page. What it says of itself is a hint only: policies of other origins may cut it off. */
export interface Popup {
  readonly closed: boolean;
  focus(): void;
  close(): void;
  /** Leads it to an address. Throws when it cannot be reached any more. */
  goTo(address: string): void;
}

/** The pages of this origin that speak about one session. */
export interface Channel {
  send(message: Message): void;
  close(): void;
}

/** What a flow needs of its surroundings; tests give it other ones. Functions that return a function undo what they did by it. */
export interface Surroundings {
  /** Opens an empty window at once; null when the browser blocks it. */
  openWindow(text: string): Popup | null;
  leaveFor(address: string): void;
  closeWindow(): void;
  channel(sessionId: string, hear: (message: Message) => void): Channel;
  after(milliseconds: number, work: () => void): () => void;
  /** Whether the person looks at this page. */
  attended(): boolean;
  /** Calls when the person turns to this page again. */
  onAttention(work: () => void): () => void;
  /** Calls when the browser shows this page again as it was left. */
  onRestored(work: () => void): () => void;
}

const FEATURES = 'popup,width=480,height=720';

/** The browser's window. It is touched only when something happens in it, so that pages can be rendered on a server. */
export function browserSurroundings(): Surroundings {
  const on = (target: EventTarget, type: string, work: (event: Event) => void) => {
    target.addEventListener(type, work);
    return () => target.removeEventListener(type, work);
  };
  return {
    openWindow,
    leaveFor: address => window.location.assign(address),
    closeWindow: () => window.close(),
    channel(sessionId, hear) {
      const channel = new BroadcastChannel(channelName(sessionId));
      channel.onmessage = event => {
        const message = read(event.data);
        if (message) {
          hear(message);
        }
      };
      return {send: message => channel.postMessage(written(message)), close: () => channel.close()};
    },
    after(milliseconds, work) {
      const timer = window.setTimeout(work, milliseconds);
      return () => window.clearTimeout(timer);
    },
    attended: () => document.hasFocus(),
    onAttention(work) {
      const focus = on(window, 'focus', work);
      const visible = on(document, 'visibilitychange', () => document.visibilityState === 'visible' && work());
      return () => {
        focus();
        visible();
      };
    },
    onRestored: work => on(window, 'pageshow', event => (event as PageTransitionEvent).persisted && work()),
  };
}

function openWindow(text: string): Popup | null {
  let opened: Window | null = null;
  try {
    opened = window.open('', '_blank', FEATURES);
    if (!opened || opened.closed) {
      return null;
    }
    opened.document.title = text;
    opened.document.body.textContent = text;
  } catch {
    return null; // as some extensions that block do
  }
  const popup = opened;
  return {
    get closed() {
      return popup.closed;
    },
    focus: () => popup.focus(),
    close: () => popup.close(),
    goTo(address) {
      if (popup.closed) {
        throw new ConnectFailure('popup_closed');
      }
      popup.opener = null; // pages of others come into that window: none of them shall lead this one anywhere
      popup.location.replace(address);
    },
  };
}
