import {vi} from 'vitest';
import {ConnectFailure, createConnectFlow, type ConnectBackEnd, type ConnectFlowOptions, type Connection, type ConnectState, type SessionStatus, type Surroundings, type Message, type Popup, type Watched} from '../src/core/index.js';
import {read, written} from '../src/core/messages.js';

export const SESSION = 'cs_01kb2v7m3ae8wrx5t9fd6hq4zc';
export const FINISH_CODE = 'Zk3xq0Vw9y-Jm5T_2cB7nR4sL8pQ1aE6dH0uG3iO5fK';
export const CONNECT_URL = 'https://connect.example/connect#token';
export const CONNECTION: Connection = {id: 'conn_01kb2v7m3ae8wrx5t9fd6hq4zc', integration: 'sandbox', status: 'active', account: 'Ada', scopes: ['profile']};

/** A window that the test moves. */
export class StagePopup implements Popup {
  closed = false;
  focused = 0;
  address: string | null = null;

  focus() {
    this.focused += 1;
  }

  close() {
    this.closed = true;
  }

  goTo(address: string) {
    if (this.closed) {
      throw new ConnectFailure('popup_closed');
    }
    this.address = address;
  }
}

/** A browser of one origin without a browser: windows and channels that the test moves, and the timers of vitest. */
export class Stage implements Surroundings {
  blocked = false;
  looksHere = false;
  left: string | null = null;
  closes = 0;
  readonly popups: StagePopup[] = [];
  readonly channels = new Map<string, Set<(message: Message) => void>>();
  readonly #attention = new Set<() => void>();
  readonly #restored = new Set<() => void>();

  openWindow() {
    if (this.blocked) {
      return null;
    }
    const popup = new StagePopup();
    this.popups.push(popup);
    return popup;
  }

  leaveFor(address: string) {
    this.left = address;
  }

  closeWindow() {
    this.closes += 1;
  }

  channel(sessionId: string, hear: (message: Message) => void) {
    const hearing = this.channels.get(sessionId) ?? new Set();
    this.channels.set(sessionId, hearing);
    hearing.add(hear);
    return {
      send: (message: Message) => this.tell(sessionId, written(message), hear),
      close: () => void hearing.delete(hear),
    };
  }

  /** Says anything at all on the channel of a session. */
  tell(sessionId: string, data: unknown, by?: (message: Message) => void) {
    const message = read(data);
    for (const hear of message ? [...this.channels.get(sessionId) ?? []] : []) {
      if (hear !== by) {
        setTimeout(() => hear(message!), 0);
      }
    }
  }

  after(milliseconds: number, work: () => void) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  }

  attended() {
    return this.looksHere;
  }

  onAttention(work: () => void) {
    this.#attention.add(work);
    return () => void this.#attention.delete(work);
  }

  onRestored(work: () => void) {
    this.#restored.add(work);
    return () => void this.#restored.delete(work);
  }

  turnHere() {
    this.looksHere = true;
    [...this.#attention].forEach(work => work());
  }

  restore() {
    [...this.#restored].forEach(work => work());
  }

  get listening() {
    return [...this.channels.values()].reduce((sum, hearing) => sum + hearing.size, 0) + this.#attention.size + this.#restored.size;
  }
}

/** An application's back end that says what the test wants. */
export class StageBackEnd implements ConnectBackEnd {
  status_: SessionStatus = {status: 'pending'};
  started = {sessionId: SESSION, connectUrl: CONNECT_URL};
  connections: Connection[] = [CONNECTION];
  readonly failing: Partial<Record<keyof ConnectBackEnd, string>> = {};
  readonly calls: string[] = [];
  readonly given: unknown[] = [];
  /** Holds back the next answer of a call until it is released. */
  held: Promise<void> | undefined;

  hold() {
    let release = () => undefined as void;
    this.held = new Promise(done => {
      release = () => {
        this.held = undefined;
        done();
      };
    });
    return release;
  }

  async #call<T>(name: keyof ConnectBackEnd, given: unknown, answer: () => T): Promise<T> {
    this.calls.push(name);
    this.given.push(given);
    await this.held;
    const code = this.failing[name];
    if (code !== undefined) {
      throw new ConnectFailure(code);
    }
    return answer();
  }

  start = (request: unknown) => this.#call('start', request, () => this.started);
  finish = (request: unknown) => this.#call('finish', request, () => CONNECTION);
  status = (sessionId: string) => this.#call('status', sessionId, () => this.status_);
  list = () => this.#call('list', null, () => this.connections);
  disconnect = (id: string) => this.#call('disconnect', id, () => void (this.connections = this.connections.filter(each => each.id !== id)));
  erase = () => this.#call('erase', null, () => {
    this.connections = [];
    return {erasureId: 'era_01kb2v7m3ae8wrx5t9fd6hq4zc'};
  });

  count(name: keyof ConnectBackEnd) {
    return this.calls.filter(call => call === name).length;
  }
}

/** Lets time pass, with everything that happens in it. */
export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** The phases, and codes of failures, in their order. */
export function record(flow: Watched<ConnectState>): string[] {
  const seen: string[] = [];
  flow.subscribe(() => {
    const state = flow.getSnapshot();
    const what = state.phase === 'failed' ? 'failed ' + state.code : state.phase;
    if (seen.at(-1) !== what) {
      seen.push(what);
    }
  });
  return seen;
}

/** A flow on a stage, with what it becomes. */
export function begin(stage: Stage, backEnd: StageBackEnd, options: Partial<ConnectFlowOptions> = {}) {
  const flow = createConnectFlow({backEnd, surroundings: stage, ...options});
  return {flow, seen: record(flow)};
}

/** One that has come to waiting, with its window. */
export async function waiting(stage: Stage, backEnd: StageBackEnd, options: Partial<ConnectFlowOptions> = {}) {
  const begun = begin(stage, backEnd, options);
  begun.flow.connect({integration: 'sandbox'});
  await pass(0);
  return {...begun, popup: stage.popups.at(-1)!};
}
