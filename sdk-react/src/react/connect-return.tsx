import {useEffect, useRef, useState, useSyncExternalStore} from 'react';
import {createReturnFlow, type Connection, type Returned, type ReturnFlow, type ReturnState} from '../core/index.js';
import {useSurrounding} from './provider.js';

export interface ConnectReturnProps {
  /** Where the application goes on: a path of its own. */
  readonly home?: string | undefined;
  /** What `takeReturn()` gave, when the page called it before anything else; this component calls it otherwise. */
  readonly returned?: Returned | undefined;
  /** Whether the window closes when the page that began knows; usually it does. */
  readonly closes?: boolean | undefined;
  readonly onConnected?: ((connection: Connection) => void) | undefined;
  readonly onFailed?: ((code: string) => void) | undefined;
}

const FINISHING: ReturnState = {phase: 'finishing'};
const ON_A_SERVER: ReturnFlow = {getSnapshot: () => FINISHING, subscribe: () => () => undefined, retry: () => undefined};

/** The page at `return_url`: finishes, tells the page that began, and says how it ended to whoever still looks at it. */
export function ConnectReturn({home = '/', returned, closes, onConnected, onFailed}: ConnectReturnProps) {
  const {backEnd, limits, surroundings, words, say, changed} = useSurrounding();
  const [flow] = useState(() => typeof window === 'undefined' ? ON_A_SERVER : createReturnFlow({backEnd, returned, closes, limits, surroundings}));
  const state = useSyncExternalStore(flow.subscribe, flow.getSnapshot, ON_A_SERVER.getSnapshot);
  const {phase} = state;
  const headline = useRef<HTMLHeadingElement>(null);
  const latest = useRef({onConnected, onFailed, changed});
  useEffect(() => {
    latest.current = {onConnected, onFailed, changed};
  });
  useEffect(() => {
    const now = flow.getSnapshot();
    if (now.phase === 'connected') {
      latest.current.changed();
      latest.current.onConnected?.(now.connection);
    } else if (now.phase === 'failed') {
      latest.current.onFailed?.(now.code);
    }
    if (now.phase !== 'finishing') {
      headline.current?.focus();
    }
  }, [flow, phase]);

  return (
    <section className="authpipe-return" data-phase={phase} aria-live="polite" aria-busy={phase === 'finishing'}>
      <h1 ref={headline} tabIndex={-1}>{{finishing: words.finishing, connected: words.connected, failed: words.notConnected}[phase]}</h1>
      <p>{state.phase === 'finishing' ? words.returned : state.phase === 'connected' ? words.connectedHere : say(state.code)}</p>
      {state.phase === 'failed' && state.again && <button type="button" className="authpipe-button" onClick={flow.retry}>{words.tryAgain}</button>}
      {phase !== 'finishing' && <a className="authpipe-link" href={home}>{words.back}</a>}
    </section>
  );
}
