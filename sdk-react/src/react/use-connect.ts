import {useEffect, useRef, useState, useSyncExternalStore} from 'react';
import {createConnectFlow, type ConnectRequest, type ConnectState} from '../core/index.js';
import {useSurrounding} from './provider.js';

export interface UseConnectOptions extends ConnectRequest {
  readonly onConnected?: ((connectionId: string | undefined) => void) | undefined;
  readonly onFailed?: ((code: string) => void) | undefined;
}

export interface UsedConnect {
  readonly state: ConnectState;
  /** What to tell the person now; empty when there is nothing to tell. */
  readonly text: string;
  /** To be called in the click itself. */
  connect(): void;
  /** Closes the window where the browser lets it, and forgets the flow. */
  cancel(): void;
}

/** One place at which a person connects. The flow ends with the component; a window that is open then can still come to its end. */
export function useConnect({integration, connectionId, onConnected, onFailed}: UseConnectOptions = {}): UsedConnect {
  const {backEnd, opens, whenBlocked, connectOrigin, limits, surroundings, words, say, changed} = useSurrounding();
  const make = () => createConnectFlow({backEnd, opens, whenBlocked, connectOrigin, limits, surroundings, openingText: words.opening});
  const [flow] = useState(make);
  const state = useSyncExternalStore(flow.subscribe, flow.getSnapshot, flow.getSnapshot);
  const latest = useRef({onConnected, onFailed, changed});
  useEffect(() => {
    latest.current = {onConnected, onFailed, changed};
  });
  useEffect(() => flow.leave, [flow]);
  useEffect(() => {
    if (state.phase === 'connected') {
      latest.current.changed();
      latest.current.onConnected?.(state.connectionId);
    } else if (state.phase === 'failed') {
      latest.current.onFailed?.(state.code);
    }
  }, [state]);

  const text = {
    idle: () => '',
    opening: () => state.phase === 'opening' && state.leaving ? words.leaving : words.opening,
    waiting: () => state.phase === 'waiting' && state.reason !== undefined ? `${say(state.reason)} ${words.waiting}` : words.waiting,
    returned: () => words.returned,
    connected: () => words.connected,
    failed: () => state.phase === 'failed' ? say(state.code) : '',
  }[state.phase]();
  return {
    state,
    text,
    connect: () => flow.connect({...(integration === undefined ? {} : {integration}), ...(connectionId === undefined ? {} : {connectionId})}),
    cancel: flow.cancel,
  };
}
