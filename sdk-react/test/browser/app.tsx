// The smallest application: one page with a button and a list, and the page at return_url.
import {takeReturn} from '../../src/core/return.js';

const returned = location.pathname === '/connected' ? takeReturn() : undefined; // before anything else of the page runs

import {StrictMode} from 'react';
import {flushSync} from 'react-dom';
import {createRoot} from 'react-dom/client';
import {ConnectButton, ConnectionList, ConnectProvider, ConnectReturn, fetchBackEnd} from '../../src/react/index.js';

const wanted = new URLSearchParams(location.search);
const backEnd = fetchBackEnd();
// Shorter than in life, so that the tests need not wait.
const limits = {again: 300, poll: 250, look: 50, closed: 400, leave: 4_000, heard: 1_000};

function Application() {
  return (
    <ConnectProvider backEnd={backEnd} limits={limits} opens={wanted.has('redirect') ? 'redirect' : 'popup'} whenBlocked={wanted.has('stay') ? 'fail' : 'redirect'}>
      {location.pathname === '/connected' ? <main><ConnectReturn returned={returned}/></main> : (
        <main>
          <h1>Tasks</h1>
          <ConnectButton integration="sandbox">Connect Sandbox</ConnectButton>
          <ConnectionList/>
        </main>
      )}
    </ConnectProvider>
  );
}

const root = createRoot(document.getElementById('root')!);
flushSync(() => root.render(<StrictMode><Application/></StrictMode>));
if (wanted.has('click')) {
  document.querySelector<HTMLElement>('.authpipe-connect button')!.click(); // nobody clicked: browsers block the window
}
