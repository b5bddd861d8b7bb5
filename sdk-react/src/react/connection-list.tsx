import {useEffect, useRef, useState} from 'react';
import type {Connection} from '../core/index.js';
import {ConnectButton} from './connect-button.js';
import {useSurrounding} from './provider.js';
import {useConnections} from './use-connections.js';

export interface ConnectionListProps {
  /** Whether the person may erase everything here; usually they may. */
  readonly erasable?: boolean | undefined;
  /** Another value has the list load again; what is there stays until the answer comes. For what the page did itself. */
  readonly revision?: number | string | undefined;
  /** Called after something was disconnected or erased. */
  readonly onChanged?: (() => void) | undefined;
}

/** The signed-in person's own connections, with what they may do about them. Whatever cannot be undone is asked twice. */
export function ConnectionList({erasable = true, revision, onChanged}: ConnectionListProps) {
  const {words, say} = useSurrounding();
  const {connections, failure, busy, reload, disconnect, erase} = useConnections();
  const [said, setSaid] = useState('');
  const headline = useRef<HTMLHeadingElement>(null);
  const shown = useRef(revision);
  useEffect(() => {
    if (shown.current !== revision) {
      shown.current = revision;
      void reload();
    }
  }, [revision, reload]);

  async function change(work: Promise<boolean>, during: string, after: string) {
    setSaid(during);
    const worked = await work;
    setSaid(worked ? after : '');
    headline.current?.focus(); // what was clicked is gone
    if (worked) {
      onChanged?.();
    }
  }

  return (
    <section className="authpipe-connections" aria-busy={connections === undefined || busy !== undefined}>
      <h2 ref={headline} tabIndex={-1}>{words.connections}</h2>
      <p role="status" aria-live="polite" className="authpipe-said">{said || (connections === undefined && failure === undefined ? words.loading : '')}</p>
      {failure !== undefined && (
        <p role="alert" className="authpipe-failure">
          {say(failure)} <button type="button" className="authpipe-quiet" onClick={() => void reload()}>{words.tryAgain}</button>
        </p>
      )}
      {connections?.length === 0 && <p>{words.none}</p>}
      {connections !== undefined && connections.length > 0 && (
        <ul>
          {connections.map(each => (
            <Row key={each.id} connection={each} blocked={busy !== undefined}
              disconnect={() => void change(disconnect(each.id), words.disconnecting, words.disconnected)}/>
          ))}
        </ul>
      )}
      {erasable && connections !== undefined && connections.length > 0 && (
        <Sure label={words.erase} question={words.eraseSure} blocked={busy !== undefined} act={() => void change(erase(), words.erasing, words.erased)}/>
      )}
    </section>
  );
}

function Row({connection, blocked, disconnect}: {readonly connection: Connection; readonly blocked: boolean; disconnect(): void}) {
  const {words} = useSurrounding();
  const {id, integration, status, scopes} = connection;
  return (
    <li data-status={status}>
      <span className="authpipe-name">{words.name(connection)}</span>
      <span className="authpipe-status">{Object.hasOwn(words.statuses, status) ? words.statuses[status] : status}</span>
      {scopes.length > 0 && <span className="authpipe-scopes">{scopes.join(', ')}</span>}
      {status === 'reauth_required' && <ConnectButton integration={integration} connectionId={id}>{words.connectAgain}</ConnectButton>}
      <Sure label={words.disconnect} of={words.name(connection)} question={words.disconnectSure} blocked={blocked} act={disconnect}/>
    </li>
  );
}

interface SureProps {
  readonly label: string;
  /** What it is about, for those who do not see where the button stands. */
  readonly of?: string;
  readonly question: string;
  readonly blocked: boolean;
  act(): void;
}

/** A button that asks before it acts. The focus goes to what keeps things as they are, and back. */
function Sure({label, of, question, blocked, act}: SureProps) {
  const {words} = useSurrounding();
  const [asked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const before = useRef(false);
  useEffect(() => {
    if (asked !== before.current) {
      (asked ? keep : first).current?.focus();
    }
    before.current = asked;
  }, [asked]);

  if (!asked) {
    return <button ref={first} type="button" className="authpipe-quiet" aria-label={of && `${label}: ${of}`} aria-disabled={blocked} onClick={() => blocked || setAsked(true)}>{label}</button>;
  }
  return (
    <span role="group" aria-label={of && `${label}: ${of}`} className="authpipe-sure" onKeyDown={event => event.key === 'Escape' && setAsked(false)}>
      <span>{question}</span>
      <button type="button" className="authpipe-danger" onClick={() => {
        setAsked(false);
        act();
      }}>{label}</button>
      <button ref={keep} type="button" className="authpipe-quiet" onClick={() => setAsked(false)}>{words.keep}</button>
    </span>
  );
}
