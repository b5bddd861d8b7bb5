import {useId, useRef, type ReactNode} from 'react';
import {useSurrounding} from './provider.js';
import {useConnect, type UseConnectOptions} from './use-connect.js';

export interface ConnectButtonProps extends UseConnectOptions {
  /** What the button says. */
  readonly children?: ReactNode;
  readonly className?: string | undefined;
}

/**
 * A button that connects, and says below it how far it is. It is never disabled, so that the focus stays on it: while something is under
 * way a click brings the window to the front, or does nothing.
 */
export function ConnectButton({children, className, ...options}: ConnectButtonProps) {
  const {words} = useSurrounding();
  const {state, text, connect, cancel} = useConnect(options);
  const main = useRef<HTMLButtonElement>(null);
  const said = useId();
  const {phase} = state;
  const busy = phase === 'opening' || phase === 'returned';
  const back = (work: () => void) => () => {
    main.current?.focus(); // the button that was clicked goes
    work();
  };
  return (
    <div className={'authpipe-connect' + (className ? ' ' + className : '')} data-phase={phase}>
      <button ref={main} type="button" className="authpipe-button" onClick={connect} aria-busy={busy} aria-disabled={busy} aria-describedby={said}>
        {phase === 'failed' ? words.connectAgain : children ?? words.connect}
      </button>
      {phase === 'waiting' && (
        <button type="button" className="authpipe-quiet" onClick={back(() => {
          cancel();
          connect();
        })}>{words.startAgain}</button>
      )}
      {(phase === 'waiting' || phase === 'returned') && <button type="button" className="authpipe-quiet" onClick={back(cancel)}>{words.cancel}</button>}
      <p id={said} role="status" aria-live="polite" className="authpipe-said">{text}</p>
    </div>
  );
}
