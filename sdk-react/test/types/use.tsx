// Compiled, never run: what the types allow an application, and (@ts-expect-error) what they do not.
import {createConnectFlow, fetchBackEnd, sentence, takeReturn, type ConnectBackEnd, type ConnectState, type Returned} from '@authpipe/react/core';
import {ConnectButton, ConnectionList, ConnectProvider, ConnectReturn, useConnect, useConnections, type Connection} from '@authpipe/react';
import type {ReactNode} from 'react';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

const backEnd: ConnectBackEnd = fetchBackEnd({base: '/api', csrf: {header: 'X-CSRF-Token', token: () => 'abc'}});

holds<Same<ConnectState['phase'], 'idle' | 'opening' | 'waiting' | 'returned' | 'connected' | 'failed'>>();
holds<Same<Awaited<ReturnType<ConnectBackEnd['list']>>, readonly Connection[]>>();

/** Every phase is told apart, and has what belongs to it. */
export function describe(state: ConnectState): string {
  switch (state.phase) {
    case 'idle': return '';
    case 'opening': return String(state.leaving);
    case 'waiting': return state.sessionId + (state.reason ?? '');
    case 'returned': return state.sessionId;
    case 'connected': return state.connectionId ?? state.sessionId;
    case 'failed': return sentence(state.code);
  }
}

export function Application(): ReactNode {
  return (
    <ConnectProvider backEnd={backEnd} opens="popup" whenBlocked="redirect" connectOrigin="https://connect.example" sentences={{access_denied: 'Nein.'}} words={{connect: 'Verbinden'}}>
      <ConnectButton integration="github" onConnected={id => id?.length} onFailed={code => code.length}>Connect GitHub</ConnectButton>
      <ConnectionList erasable={false} revision={1} onChanged={() => undefined}/>
      <ConnectReturn home="/tasks" returned={takeReturn()} onConnected={connection => connection.id}/>
      <Own/>
    </ConnectProvider>
  );
}

function Own(): ReactNode {
  const {state, text, connect, cancel} = useConnect({integration: 'github', connectionId: undefined as unknown as string});
  const {connections, disconnect} = useConnections();
  holds<Same<typeof state, ConnectState>>();
  holds<Same<ReturnType<typeof disconnect>, Promise<boolean>>>();
  return <button type="button" onClick={connect} onBlur={cancel}>{text}{connections?.length}</button>;
}

const flow = createConnectFlow({backEnd});
flow.connect({integration: 'github'});

// @ts-expect-error a back end is needed
createConnectFlow({});
// @ts-expect-error the person is never named by the browser
flow.connect({endUser: 'ada'});
// @ts-expect-error nor is the verifier ever there
flow.connect({codeVerifier: 'x'});
// @ts-expect-error a state is not changed from outside
flow.getSnapshot().phase = 'connected';
// @ts-expect-error what there is not
fetchBackEnd({origin: 'https://other.example'});
// @ts-expect-error a finish code is taken, not read
((returned: Returned) => returned.finishCode)(takeReturn());
// @ts-expect-error a provider without a back end
export const wrong = <ConnectProvider/>;
// @ts-expect-error a word that there is not
export const alsoWrong = <ConnectProvider backEnd={backEnd} words={{conect: 'x'}}/>;
