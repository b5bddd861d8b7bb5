import {takeReturn} from '@authpipe/react';

const returned = location.pathname === '/connected' ? takeReturn() : undefined; // before anything else of the page runs

import {StrictMode} from 'react';
import {createRoot} from 'react-dom/client';
import {Application} from './application';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(<StrictMode><Application returned={returned}/></StrictMode>);
}
