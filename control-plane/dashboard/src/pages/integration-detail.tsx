import {type ReactNode, useState} from 'react';
import type {Integration, Provider, Setup} from '../api/types';
import {useLoad, usePoll} from '../load';
import {go, Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm} from '../ui/dialog';
import {Form, TextField} from '../ui/form';
import {Card, Chip, Exact, Fact, Facts, Id, Page, Ready, Time, timeText} from '../ui/parts';
import {words} from '../words';

const w = words.integrations;
const LOOK_AGAIN_MS = 4_000;

export function IntegrationDetail({slug}: {slug: string}) {
  const {calls, at, can} = useWorkspace();
  const loaded = useLoad(async signal => {
    const [integration, setup, providers] = await Promise.all([calls.integration(slug, signal), calls.setup(slug, signal), calls.providers(signal)]);
    return {integration, setup, provider: providers.data.find(one => one.slug === integration.provider)};
  }, [slug]);
  usePoll(loaded.reload, LOOK_AGAIN_MS, loaded.data?.setup.client_secret_missing === true);
  const integration = loaded.data?.integration;
  return (
    <Page title={slug} back={{to: at('/integrations'), text: w.title}} intro={loaded.data && (loaded.data.provider?.name ?? integration?.provider)}
      chip={integration && (integration.disabled ? <Chip tone="off">{w.disabled}</Chip> : <Chip tone="good">{w.inUse}</Chip>)}
      actions={integration && can('configuration_write') && <Actions integration={integration} onChanged={loaded.reload} />}>
      <Ready of={loaded}>{data => (
        <>
          <Card title={w.setUp}>
            <Guide {...data} onChanged={loaded.reload} />
          </Card>
          <Configured integration={data.integration} />
        </>
      )}</Ready>
    </Page>
  );
}

/** Exactly what to do, in order: at the provider first, then at the proxy. */
function Guide({integration, setup, provider, onChanged}: {integration: Integration; setup: Setup; provider: Provider | undefined; onChanged: () => void}) {
  const name = provider?.name ?? integration.provider;
  return (
    <ol className="guide">
      {setup.callback_url === null ? <Step title={w.keyProvider}><p className="soft">{w.keyProviderIntro}</p></Step> : (
        <Step title={w.register(name)}>
          <p className="soft">{w.registerIntro(name)}</p>
          <p className="label">{w.callback}</p>
          <Exact text={setup.callback_url} label={w.callback} />
          {setup.callback_url_complete ? <p className="hint">{w.callbackComplete}</p> : <Origin onChanged={onChanged} />}
          <p className="label">{w.scopesToAllow}</p>
          {setup.scopes.length === 0 ? <p className="soft">{w.scopesNone}</p> : <Exact text={setup.scopes.join(' ')} label={w.scopesToAllow} />}
          {setup.missing_parameters.length > 0 && <p className="hint">{w.perConnection}: <code>{setup.missing_parameters.join(', ')}</code></p>}
        </Step>
      )}
      {setup.commands.map(command => <CommandStep key={command} command={command} />)}
      {(integration.client_secret_since !== null || setup.client_secret_missing) && (
        <li className={integration.client_secret_since !== null ? 'check done' : 'check'}>
          {integration.client_secret_since !== null
            ? <p><Chip tone="good">{w.secretSince(timeText(integration.client_secret_since, 'clock'))}</Chip>{' '}
              {integration.client_secret_number !== null && <span className="soft small">{w.secretNumber(integration.client_secret_number)}</span>}</p>
            : <p role="status"><Chip tone="warn">{w.secretWaiting}</Chip></p>}
        </li>
      )}
    </ol>
  );
}

function CommandStep({command}: {command: string}) {
  if (command.startsWith('bin/authpipe approve')) {
    return <Step title={w.approve}><p className="soft">{w.approveIntro}</p><Exact text={command} label={w.approve} prompt /></Step>;
  }
  if (command.startsWith('bin/authpipe secret set')) {
    return <Step title={w.storeSecret}><p className="soft">{w.storeSecretIntro}</p><Exact text={command} label={w.storeSecret} prompt /></Step>;
  }
  return <Step title={w.otherCommand}><Exact text={command} label={w.otherCommand} prompt /></Step>;
}

function Step({title, children}: {title: string; children: ReactNode}) {
  return <li><h3>{title}</h3>{children}</li>;
}

/** Names the connect origin of the workspace on the spot, for who may. */
function Origin({onChanged}: {onChanged: () => void}) {
  const {calls, can} = useWorkspace();
  const [origin, setOrigin] = useState('');
  if (!can('workspace_write')) {
    return <p className="notice warn">{w.callbackIncompleteAsk}</p>;
  }
  return (
    <div className="notice warn">
      <p>{w.callbackIncomplete}</p>
      <Form submit={w.saveOrigin} onSubmit={async () => {
        await calls.changePolicy({connect_origin: origin.trim()});
        say(words.saved);
        onChanged();
      }}>
        <TextField label={words.settings.connectOrigin} type="url" value={origin} onChange={setOrigin} placeholder="https://connect.example.com" mono autoComplete="off" />
      </Form>
    </div>
  );
}

function Configured({integration: one}: {integration: Integration}) {
  const {at} = useWorkspace();
  return (
    <Card title={w.configuration} actions={<Link to={at(`/connections?integration=${one.id}`)}>{w.connections}</Link>}>
      <Facts>
        <Fact name="ID"><Id>{one.id}</Id></Fact>
        {one.client_id && <Fact name={w.clientId}><code>{one.client_id}</code></Fact>}
        <Fact name={w.appName}>{one.application_name}</Fact>
        <Fact name={w.scopes}>{one.scopes.length === 0 ? words.none : <ul className="plain">{one.scopes.map(scope => <li key={scope}><code>{scope}</code></li>)}</ul>}</Fact>
        <Fact name={w.returnUrls}>{one.return_urls.length === 0 ? words.none : <ul className="plain">{one.return_urls.map(url => <li key={url}><code>{url}</code></li>)}</ul>}</Fact>
        {Object.entries(one.params).map(([name, value]) => <Fact key={name} name={name}><code>{value}</code></Fact>)}
        <Fact name={w.proxyOnly}>{one.proxy_only ? words.yes : words.no}</Fact>
        {one.note && <Fact name={w.note}>{one.note}</Fact>}
        <Fact name={w.changed}><Time at={one.updated_at} as="full" /></Fact>
      </Facts>
    </Card>
  );
}

function Actions({integration, onChanged}: {integration: Integration; onChanged: () => void}) {
  const {calls, at} = useWorkspace();
  const turn = integration.disabled ? w.enable : w.disable;
  return (
    <>
      <Link to={at(`/integrations/${integration.slug}/edit`)} className="button">{words.edit}</Link>
      <Ask button={turn}>{close => (
        <Confirm title={`${turn} ${integration.slug}?`} meaning={integration.disabled ? w.enableMeaning : w.disableMeaning} submit={turn} onClose={close}
          onConfirm={async () => {
            await calls.changeIntegration(integration.slug, {disabled: !integration.disabled});
            say(words.saved);
            onChanged();
          }} />
      )}</Ask>
      <Ask button={words.remove} className="button quiet-danger">{close => (
        <Confirm title={w.deleteTitle} meaning={w.deleteMeaning} submit={w.delete} danger onClose={close} onConfirm={async () => {
          await calls.deleteIntegration(integration.slug);
          say(w.deleted);
          go(at('/integrations'));
        }} />
      )}</Ask>
    </>
  );
}
