import type {ReactNode} from 'react';
import {Frame} from './frame';
import {Account} from './pages/account';
import {ApiKeys} from './pages/api-keys';
import {KeyDetail} from './pages/key-detail';
import {KeyRequestForm} from './pages/key-request';
import {Audit} from './pages/audit';
import {Branding} from './pages/branding';
import {ChangeEmail} from './pages/change-email';
import {ConnectionDetail} from './pages/connection-detail';
import {Connections} from './pages/connections';
import {DataPlaneDetail} from './pages/data-plane-detail';
import {DataPlanes} from './pages/data-planes';
import {FactorOwed} from './pages/factor';
import {IntegrationDetail} from './pages/integration-detail';
import {EditIntegration, NewIntegration} from './pages/integration-form';
import {Integrations} from './pages/integrations';
import {Members} from './pages/members';
import {Missing} from './pages/missing';
import {NewDataPlane} from './pages/new-data-plane';
import {NewWorkspace} from './pages/new-workspace';
import {Overview} from './pages/overview';
import {Erasures} from './pages/reported';
import {Reset} from './pages/reset';
import {Settings} from './pages/settings';
import {SignIn} from './pages/sign-in';
import {SignUp, Verify} from './pages/sign-up';
import {UsagePage} from './pages/usage-page';
import {EditWebhook, NewWebhook} from './pages/webhook-form';
import {Webhooks} from './pages/webhooks';
import {Workspaces} from './pages/workspaces';
import {parse, type Route, useHash} from './router';
import {SessionProvider, useSigned, WorkspaceProvider} from './session';
import {Announcer} from './ui/announce';
import {ProblemNote} from './ui/problem';
import {words} from './words';

export function App() {
  return (
    <SessionProvider>
      <Gate />
      <Announcer />
    </SessionProvider>
  );
}

/** Codes from mails work with and without a session; everything else wants one. */
function Gate() {
  const signed = useSigned();
  const route = parse(useHash());
  const [page, second] = route.path;
  if (signed.session === undefined) {
    return signed.problem
      ? <main className="outside" id="content"><ProblemNote problem={signed.problem} /></main>
      : <p className="loading whole" role="status">{words.loading}</p>;
  }
  switch (page) {
    case 'sign-up':
      return <SignUp code={second} />;
    case 'verify':
      return <Verify code={second} />;
    case 'reset':
      return <Reset code={second} />;
    case 'sign-in':
      return <SignIn step={second ?? ''} reason={route.path[2]} />;
  }
  if (signed.session === null) {
    return <SignIn step="" reason={undefined} />;
  }
  if (signed.session.second_factor === 'owed') {
    return <FactorOwed />;
  }
  return <Inside route={route} />;
}

function Inside({route}: {route: Route}) {
  const {workspaces} = useSigned();
  const [page, second, third] = route.path;
  if (page === 'w') {
    const workspace = workspaces.find(one => one.id === second);
    if (!workspace) {
      return <Frame><Missing /></Frame>;
    }
    return (
      <WorkspaceProvider workspace={workspace}>
        <Frame workspace={workspace} page={third ?? ''}>
          <InWorkspacePage key={workspace.id + route.path.slice(2).join('/')} route={route} />
        </Frame>
      </WorkspaceProvider>
    );
  }
  return <Frame page={page}>{outside(route, workspaces.length === 1 ? workspaces[0]?.id : undefined)}</Frame>;
}

function outside(route: Route, only: string | undefined): ReactNode {
  const [page, second, third] = route.path;
  switch (page) {
    case undefined:
      return only ? <Redirect to={`/w/${only}`} /> : <Workspaces />;
    case 'workspaces':
      return second === 'new' ? <NewWorkspace /> : <Workspaces />;
    case 'account':
      return <Account />;
    case 'email':
      return <ChangeEmail which={second} code={third} />;
    default:
      return <Missing />;
  }
}

function Redirect({to}: {to: string}) {
  window.location.replace('#' + to);
  return null;
}

function InWorkspacePage({route}: {route: Route}) {
  const [, , page, id, more] = route.path;
  switch (page) {
    case undefined:
      return <Overview />;
    case 'integrations':
      return id === undefined ? <Integrations /> : id === 'new' ? <NewIntegration provider={more} />
        : more === 'edit' ? <EditIntegration slug={id} /> : <IntegrationDetail slug={id} />;
    case 'connections':
      return id === undefined ? <Connections query={route.query} /> : <ConnectionDetail id={id} />;
    case 'erasures':
      return <Erasures />;
    case 'usage':
      return <UsagePage query={route.query} />;
    case 'webhooks':
      return id === undefined ? <Webhooks /> : id === 'new' ? <NewWebhook /> : <EditWebhook id={id} />;
    case 'branding':
      return <Branding />;
    case 'api-keys':
      return id === undefined ? <ApiKeys /> : id === 'new' ? <KeyRequestForm /> : <KeyDetail id={id} />;
    case 'members':
      return <Members />;
    case 'data-planes':
      return id === undefined ? <DataPlanes /> : id === 'new' ? <NewDataPlane /> : <DataPlaneDetail id={id} />;
    case 'audit':
      return <Audit query={route.query} />;
    case 'settings':
      return <Settings />;
    default:
      return <Missing />;
  }
}
