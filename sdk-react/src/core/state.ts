/**
 * Where a flow stands.
 *
 * * `idle`: nothing has begun.
 * * `opening`: a session is being made, or (`leaving`) this page is about to be left for the connect page.
 * * `waiting`: the person is at the connect page or at the provider. `reason` says why their last attempt there did not work.
 * * `returned`: the person is back, and the back end finishes.
 * * `connected`: the back end says that there is a connection.
 * * `failed`: it came to nothing; `sentence(code)` says what to do. When the session ends well after all, `connected` follows.
 */
export type ConnectState =
  | {readonly phase: 'idle'}
  | {readonly phase: 'opening'; readonly leaving: boolean}
  | {readonly phase: 'waiting'; readonly sessionId: string; readonly reason?: string | undefined}
  | {readonly phase: 'returned'; readonly sessionId: string}
  | {readonly phase: 'connected'; readonly sessionId: string; readonly connectionId?: string | undefined}
  | {readonly phase: 'failed'; readonly code: string; readonly sessionId?: string | undefined};

/** A value that others may watch, in the form that React's `useSyncExternalStore` takes. */
export interface Watched<T> {
  getSnapshot(): T;
  subscribe(listener: () => void): () => void;
}

/** Holds the value and tells its listeners of each new one. */
export function watched<T extends object>(first: T): Watched<T> & {set(next: T): void} {
  const listeners = new Set<() => void>();
  let value = Object.freeze(first);
  return {
    getSnapshot: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(next) {
      value = Object.freeze(next);
      [...listeners].forEach(listener => listener());
    },
  };
}
