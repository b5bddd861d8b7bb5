import {useMemo, useState} from 'react';
import {idempotency} from '../api/client';
import type {Integration, IntegrationBody, Provider} from '../api/types';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {AreaField, CheckField, Form, Group, lines, TextField} from '../ui/form';
import {Card, Page, Ready} from '../ui/parts';
import {words} from '../words';

const w = words.integrations;

/** A new integration: first the provider, then what the provider needs to know. */
export function NewIntegration({provider}: {provider: string | undefined}) {
  const {calls, at, workspace} = useWorkspace();
  const providers = useLoad(signal => calls.providers(signal), [workspace.id]);
  const branding = useLoad(signal => calls.branding(signal), [workspace.id]);
  const key = useMemo(idempotency, []);
  const chosen = providers.data?.data.find(one => one.slug === provider);
  if (provider === undefined || (providers.data && !chosen)) {
    return (
      <Page title={w.chooseTitle} intro={w.chooseIntro} back={{to: at('/integrations'), text: w.title}}>
        <Ready of={providers}>{({data}) => <Choice providers={data} />}</Ready>
      </Page>
    );
  }
  return (
    <Page narrow title={w.newTitle(chosen?.name ?? provider)} back={{to: at('/integrations/new'), text: w.chooseTitle}}>
      {chosen && (branding.data || branding.problem) && (
        <Fields provider={chosen} application={branding.data?.name ?? workspace.display_name} submit={w.submit} cancel={at('/integrations')} onSubmit={async body => {
          const wanted = {provider: chosen.slug, ...body};
          const made = await calls.createIntegration(wanted, key(wanted));
          go(at(`/integrations/${made.slug}`));
        }} />
      )}
    </Page>
  );
}

function Choice({providers}: {providers: Provider[]}) {
  const {at} = useWorkspace();
  const [text, setText] = useState('');
  const found = providers.filter(one => `${one.name} ${one.slug}`.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <div className="search"><TextField label={w.search} type="search" optional="filter" value={text} onChange={setText} autoComplete="off" /></div>
      {found.length === 0 && <p className="soft">{w.noMatch}</p>}
      <ul className="providers">
        {found.map(one => (
          <li key={one.slug}>
            <Link to={at(`/integrations/new/${one.slug}`)}>
              <span className="avatar square" aria-hidden="true">{one.name[0]}</span>
              <span><span className="strong">{one.name}</span><span className="soft small">{w.auth[one.auth] ?? one.auth}</span></span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

export function EditIntegration({slug}: {slug: string}) {
  const {calls, at} = useWorkspace();
  const loaded = useLoad(async signal => {
    const [integration, providers] = await Promise.all([calls.integration(slug, signal), calls.providers(signal)]);
    return {integration, provider: providers.data.find(one => one.slug === integration.provider)};
  }, [slug]);
  const back = at(`/integrations/${slug}`);
  return (
    <Page narrow title={w.editTitle(slug)} back={{to: back, text: slug}}>
      <Ready of={loaded}>{({integration, provider}) => provider && (
        <Fields provider={provider} before={integration} submit={words.save} cancel={back} onSubmit={async body => {
          await calls.changeIntegration(slug, body);
          say(words.saved);
          go(back);
        }} />
      )}</Ready>
    </Page>
  );
}

function Fields({provider, before, application = '', submit, cancel, onSubmit}: {
  provider: Provider;
  before?: Integration;
  /** What a new one is called to end users unless somebody says otherwise. */
  application?: string;
  submit: string;
  cancel: string;
  onSubmit: (body: IntegrationBody) => Promise<void>;
}) {
  const oauth = provider.auth === 'oauth2';
  const known = provider.scopes.map(one => one.scope);
  const [slug, setSlug] = useState(before?.slug ?? provider.slug);
  const [clientId, setClientId] = useState(before?.client_id ?? '');
  const [scopes, setScopes] = useState(new Set(before?.scopes.filter(one => known.includes(one))));
  const [more, setMore] = useState(before?.scopes.filter(one => !known.includes(one)).join('\n') ?? '');
  const [returnUrls, setReturnUrls] = useState(before?.return_urls.join('\n') ?? '');
  const [params, setParams] = useState<Record<string, string>>(before?.params ?? {});
  const [name, setName] = useState(before?.application_name ?? application);
  const [note, setNote] = useState(before?.note ?? '');
  const [proxyOnly, setProxyOnly] = useState(before?.proxy_only ?? false);
  const body = (): IntegrationBody => ({
    ...(before ? {} : {slug}),
    ...(oauth ? {client_id: clientId.trim(), scopes: [...known.filter(one => scopes.has(one)), ...lines(more)]} : {}),
    return_urls: lines(returnUrls),
    params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== '')),
    application_name: name,
    note,
    proxy_only: proxyOnly,
  });
  return (
    <Card>
      <Form submit={submit} onSubmit={() => onSubmit(body())} extra={<Link to={cancel} className="button">{words.cancel}</Link>}>
        {!before && <TextField label={w.slug} hint={w.slugHint} value={slug} onChange={setSlug} mono pattern="[a-z0-9][a-z0-9\-]*" maxLength={63} spellCheck={false} />}
        {oauth && <TextField label={w.clientId} hint={w.clientIdHint} value={clientId} onChange={setClientId} mono maxLength={255} spellCheck={false} autoComplete="off" />}
        {oauth && (
          <Group legend={w.scopesLegend} hint={provider.account_scopes.length > 0 ? w.scopesAlways(provider.account_scopes.join(', ')) : undefined}>
            {provider.scopes.map(({scope, text}) => (
              <CheckField key={scope} label={text} hint={<code>{scope}</code>} checked={scopes.has(scope)} onChange={checked => {
                const next = new Set(scopes);
                checked ? next.add(scope) : next.delete(scope);
                setScopes(next);
              }} />
            ))}
          </Group>
        )}
        {oauth && <AreaField label={w.moreScopes} hint={w.moreScopesHint} optional mono rows={2} value={more} onChange={setMore} />}
        {provider.parameters.filter(one => one.set_by === 'operator').map(one => (
          <TextField key={one.name} label={one.label} optional={!one.required || one.default_value !== undefined} value={params[one.name] ?? ''}
            placeholder={one.default_value} mono onChange={value => setParams({...params, [one.name]: value})} />
        ))}
        <AreaField label={w.returnUrls} hint={w.returnUrlsHint} optional mono rows={2} value={returnUrls} onChange={setReturnUrls} />
        <TextField label={w.appName} hint={w.appNameHint} value={name} onChange={setName} maxLength={100} />
        <CheckField label={w.proxyOnly} hint={w.proxyOnlyHint} checked={proxyOnly} onChange={setProxyOnly} />
        <TextField label={w.note} hint={w.noteHint} optional value={note} onChange={setNote} maxLength={2000} />
      </Form>
    </Card>
  );
}
