import {type ReactNode, useEffect, useState} from 'react';
import type {Workspace} from './api/types';
import {may} from './permissions';
import {go, Link, useHash} from './router';
import {useSigned} from './session';
import {Icon, type IconName, Mark} from './ui/icons';
import {words} from './words';

const PAGES: [page: string, icon: IconName, text: string][] = [
  ['', 'overview', words.overview.title],
  ['integrations', 'integrations', words.integrations.title],
  ['connections', 'connections', words.connections.title],
  ['api-keys', 'keys', words.keys.title],
  ['usage', 'usage', words.usage.title],
  ['webhooks', 'webhooks', words.webhooks.title],
  ['branding', 'branding', words.branding.title],
  ['data-planes', 'planes', words.planes.title],
  ['members', 'members', words.members.title],
  ['audit', 'audit', words.audit.title],
  ['settings', 'settings', words.settings.title],
];

/** Navigation beside the page; behind a button where it is narrow. */
export function Frame({workspace, page, children}: {workspace?: Workspace; page?: string; children: ReactNode}) {
  const [open, setOpen] = useState(false);
  const hash = useHash();
  useEffect(() => setOpen(false), [hash]);
  return (
    <div className="frame">
      <a className="skip" href="#content" onClick={event => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}>{words.skip}</a>
      <header className="side">
        <div className="side-top">
          <Link to="/" className="brand"><Mark />{words.product}</Link>
          <button type="button" className="button small menu-button" aria-expanded={open} aria-controls="side-menu" onClick={() => setOpen(!open)}>
            {open ? words.close : words.nav.menu}
          </button>
        </div>
        <div id="side-menu" className={open ? 'side-menu open' : 'side-menu'}>
          {workspace && <WorkspaceName workspace={workspace} />}
          <nav aria-label={words.nav.label}>
            <ul className="nav">
              {workspace ? PAGES.filter(([at]) => at !== 'audit' || may(workspace.role, 'audit_read')).map(([at, icon, text]) => (
                <li key={at}>
                  <Link to={`/w/${workspace.id}${at && '/' + at}`} aria-current={page === at || (at === 'connections' && page === 'erasures') ? 'page' : undefined}><Icon name={icon} />{text}</Link>
                </li>
              )) : (
                <li><Link to="/workspaces" aria-current={page === undefined || page === 'workspaces' ? 'page' : undefined}><Icon name="overview" />{words.workspaces.title}</Link></li>
              )}
            </ul>
          </nav>
          <Person current={!workspace && page === 'account'} />
        </div>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
    </div>
  );
}

function WorkspaceName({workspace}: {workspace: Workspace}) {
  return (
    <div className="workspace-name">
      <p className="strong">{workspace.display_name}</p>
      <p className="soft small">{workspace.region} · {workspace.plan} · {words.role[workspace.role]}</p>
      <Link to="/workspaces" className="small">{words.nav.switch}</Link>
    </div>
  );
}

function Person({current}: {current: boolean}) {
  const {session, signOut} = useSigned();
  if (!session) {
    return null;
  }
  return (
    <div className="person">
      <Link to="/account" aria-current={current ? 'page' : undefined} className="person-link">
        <span className="avatar" aria-hidden="true">{(session.display_name.trim()[0] ?? '?').toUpperCase()}</span>
        <span className="person-text"><span className="strong">{session.display_name}</span><span className="soft small">{words.nav.account}</span></span>
      </Link>
      <button type="button" className="button small" onClick={() => {
        void signOut().then(() => go('/', {replace: true}));
      }}>{words.nav.signOut}</button>
    </div>
  );
}
