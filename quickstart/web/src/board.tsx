import {ConnectButton, ConnectionList, useConnections} from '@authpipe/react';
import {useEffect, useState} from 'react';
import {ask, type Held, type Overview, type Task} from './back-end';
import {Confirm} from './confirm';

interface BoardProps {
  readonly overview: Extract<Overview, {signed_in: true}>;
  readonly reload: () => Promise<void>;
  during(work: () => Promise<string>): Promise<void>;
}

/** Tasks on one side; on the other the connections they come from, what may happen to these, and the way out. */
export function Board({overview, reload, during}: BoardProps) {
  const {connections, tasks} = overview;
  const [changes, setChanges] = useState(0);
  const [busy, setBusy] = useState(false);
  const {connections: listed} = useConnections(); // another one whenever something was connected, here or in the list
  useEffect(() => {
    if (listed !== undefined) {
      void reload();
    }
  }, [listed, reload]);
  const usable = connections.filter(({status}) => status !== 'reauth_required');

  async function act(work: () => Promise<string>) {
    if (busy) {
      return;
    }
    setBusy(true);
    await during(work);
    setChanges(count => count + 1); // the list of connections loads again
    setBusy(false);
  }

  const importIssues = () => act(async () => {
    let added = 0;
    for (const {id} of connections) {
      added += (await ask<{added: number}>('POST', `/connections/${encodeURIComponent(id)}/import`)).added;
    }
    return added === 0 ? 'The issues are up to date.' : added === 1 ? 'One new task.' : `${added} new tasks.`;
  });

  return (
    <div className="board">
      <div className="column">
        <section className="card tasks" aria-labelledby="tasks-title">
          <div className="card-head">
            <h1 id="tasks-title">Tasks</h1>
            <span className="count">{tasks.length > 0 && `${tasks.filter(({done}) => !done).length} to do`}</span>
            {connections.length > 0 && <button type="button" className={usable.length > 0 ? 'primary' : ''} aria-disabled={busy} onClick={() => void importIssues()}>Import issues</button>}
          </div>
          {tasks.length > 0 ? <ul className="task-list">{tasks.map(each => <Item key={each.key + each.title} task={each}/>)}</ul> : (
            <p className="empty">{connections.length === 0 ? 'Nothing here yet. Connect an account to begin.' : 'Nothing here yet. Import the issues of your connected account.'}</p>
          )}
        </section>
        {connections.length > 0 && <WhatIf connections={connections} hoursPassed={overview.hours_passed} busy={busy} act={work => void act(work)}/>}
      </div>
      <div className="column side">
        <section className="card" aria-label="Connected accounts">
          <ConnectionList revision={changes} erasable={false} onChanged={() => void reload()}/>
          <div className={connections.length > 0 ? 'calm' : ''}>
            <ConnectButton integration="sandbox">{connections.length > 0 ? 'Connect another account' : 'Connect Sandbox'}</ConnectButton>
          </div>
          {connections.length === 0 && <p className="hint">You will see who asks for what, and can disconnect at any time.</p>}
        </section>
        <section className="card subtle" aria-labelledby="privacy-title">
          <h2 id="privacy-title">Privacy</h2>
          <p className="hint">Revokes access at the service and erases everything that the proxy holds about you.</p>
          <Confirm label="Erase everything about me" question="Erase? All your connections are revoked and erased. This cannot be undone." blocked={busy}
            act={() => void act(erase)}/>
        </section>
      </div>
    </div>
  );
}

const ERASURE_LOOKS = 40;
const ERASURE_LOOK_MS = 250;

/** Erases the person, and waits until it is done: what they connect before that would be erased with the rest. */
async function erase(): Promise<string> {
  const {erasure} = await ask<{erasure: string}>('POST', '/erase-me', {});
  for (let look = 0; look < ERASURE_LOOKS; look++) {
    if ((await ask<{status: string}>('GET', '/erasures/' + encodeURIComponent(erasure))).status === 'completed') {
      return `Erased. Your receipt: ${erasure}`;
    }
    await new Promise(wake => setTimeout(wake, ERASURE_LOOK_MS));
  }
  return `Your erasure goes on, until every service has answered. Your receipt: ${erasure}`;
}

function Item({task: {key, title, done}}: {readonly task: Task}) {
  return (
    <li className={done ? 'done' : ''}>
      <span className="tick" role="img" aria-label={done ? 'Done' : 'To do'}/>
      <span className="task-title">{title}</span>
      <span className="key">#{key}</span>
    </li>
  );
}

interface WhatIfProps {
  readonly connections: readonly Held[];
  readonly hoursPassed: number;
  readonly busy: boolean;
  act(work: () => Promise<string>): void;
}

/** What a person would otherwise have to wait for. No real application has this card. */
function WhatIf({connections, hoursPassed, busy, act}: WhatIfProps) {
  return (
    <section className="card what-if" aria-labelledby="what-if-title">
      <h2 id="what-if-title">Try what happens</h2>
      <ul className="tokens">{connections.map(each => <li key={each.id}>{state(each)}</li>)}</ul>
      <div className="actions">
        <button type="button" aria-disabled={busy} onClick={() => act(async () => {
          await ask('POST', '/try/time');
          return 'Two hours have passed for the proxy and the service. Import issues, and see.';
        })}>Let two hours pass</button>
        <button type="button" aria-disabled={busy} onClick={() => act(async () => {
          await ask('POST', '/try/withdraw');
          return 'The service takes no token of yours any more. Import issues, and see.';
        })}>Withdraw access at the service</button>
      </div>
      <p className="hint">{hoursPassed > 0 && `${hoursPassed} hours have passed so far. `}See afterwards <a href="/record">what the proxy recorded</a>.</p>
    </section>
  );
}

function state({status, generation, expires_in: left}: Held): string {
  if (status === 'reauth_required') {
    return 'The service accepts this connection no more. Only you can connect again.';
  }
  if (generation === undefined || left === undefined) {
    return 'An access token without an end.';
  }
  return left > 0
    ? `Access token no. ${generation}, good for ${Math.ceil(left / 60)} more minutes.`
    : `Access token no. ${generation} has expired. With the next import the proxy gets another one, and you notice nothing.`;
}
