import {useState} from 'react';
import type {ApiKey, Integration} from '../api/types';
import {useLoad} from '../load';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm, Dialog} from '../ui/dialog';
import {Form, Group, TextField} from '../ui/form';
import {Card, Chip, Fact, Facts, Id, Page, Ready, Time} from '../ui/parts';
import {words} from '../words';
import {Caps, keyTone, Scopes} from './api-keys';
import {Choices, endOf, tomorrow} from './key-request';

const w = words.keys;

/** What is known of a key: never the key itself, which only the proxy showed, once. */
export function KeyDetail({id}: {id: string}) {
  const {calls, at, can} = useWorkspace();
  const loaded = useLoad(async signal => {
    const [key, integrations] = await Promise.all([calls.key(id, signal), calls.integrations(signal)]);
    return {key, integrations: integrations.data};
  }, [id]);
  const key = loaded.data?.key;
  return (
    <Page title={key?.name ?? words.loading} back={{to: at('/api-keys'), text: w.title}} intro={<Id>{id}</Id>}
      chip={key && <Chip tone={keyTone[key.status]}>{w.states[key.status]}</Chip>}
      actions={loaded.data && key && key.status !== 'revoked' && can('api_keys_write') && <Actions of={key} integrations={loaded.data.integrations} onChanged={loaded.reload} />}>
      <Ready of={loaded}>{data => (
        <Card title={words.details}>
          <Facts>
            <Fact name={w.scopes}><Scopes terms={data.key} /></Fact>
            <Fact name={w.integrations}>{data.key.integrations
              ? data.key.integrations.map(one => data.integrations.find(known => known.id === one)?.slug ?? one).join(', ')
              : words.all}</Fact>
            <Fact name={w.caps}>{data.key.request_id ? <Caps terms={data.key} /> : w.fromCommand}</Fact>
            <Fact name={w.requireEndUser}>{data.key.require_end_user ? words.yes : words.no}</Fact>
            <Fact name={w.expires}><Time at={data.key.expires_at} as="date" /></Fact>
            <Fact name={w.created}><Time at={data.key.created_at} as="full" /></Fact>
            <Fact name={w.reported}><Time at={data.key.reported_at} as="full" /></Fact>
          </Facts>
        </Card>
      )}</Ready>
    </Page>
  );
}

function Actions({of, integrations, onChanged}: {of: ApiKey; integrations: Integration[]; onChanged: () => void}) {
  const {calls} = useWorkspace();
  const disabled = of.status === 'disabled';
  return (
    <>
      <Ask button={w.narrow}>{close => (
        <Dialog title={w.narrowTitle} onClose={close}><Narrow of={of} integrations={integrations} close={close} onChanged={onChanged} /></Dialog>
      )}</Ask>
      <Ask button={disabled ? w.enable : w.disable} className={disabled ? 'button' : 'button quiet-danger'}>{close => (
        <Confirm title={disabled ? w.enableTitle : w.disableTitle} meaning={disabled ? w.enableMeaning : w.disableMeaning}
          submit={disabled ? w.enable : w.disable} danger={!disabled} onClose={close} onConfirm={async () => {
            await calls.narrowKey(of.id, {disabled: !disabled});
            say(words.saved);
            onChanged();
          }} />
      )}</Ask>
    </>
  );
}

function Narrow({of, integrations, close, onChanged}: {of: ApiKey; integrations: Integration[]; close: () => void; onChanged: () => void}) {
  const {calls} = useWorkspace();
  const [scopes, setScopes] = useState(new Set(of.scopes));
  const [some, setSome] = useState(new Set(of.integrations ?? integrations.map(one => one.id)));
  const [minute, setMinute] = useState('');
  const [month, setMonth] = useState('');
  const [end, setEnd] = useState('');
  const offered = integrations.filter(one => of.integrations === undefined || of.integrations.includes(one.id));
  return (
    <>
      <p className="soft">{w.narrowIntro}</p>
      <Form submit={w.narrowSubmit} disabled={scopes.size === 0} extra={<button type="button" className="button" onClick={close}>{words.cancel}</button>}
        onSubmit={async () => {
          await calls.narrowKey(of.id, {
            scopes: scopes.size < of.scopes.length ? [...scopes] : undefined,
            integrations: offered.length > 0 && some.size < offered.length ? [...some] : undefined,
            calls_per_minute: minute === '' ? undefined : Number(minute),
            calls_per_month: month === '' ? undefined : Number(month),
            expires_at: endOf(end),
          });
          say(words.saved);
          close();
          onChanged();
        }}>
        <Group legend={w.scopesLegend}><Choices of={of.scopes.map(scope => [scope, w.scopeTexts[scope] ?? scope])} chosen={scopes} onChange={setScopes} /></Group>
        {offered.length > 0 && (
          <Group legend={w.integrationsLegend}><Choices plain of={offered.map(one => [one.id, one.slug])} chosen={some} onChange={setSome} /></Group>
        )}
        <div className="pair">
          <TextField label={w.minute} hint={w.copyKeep} optional type="number" min={1} max={of.calls_per_minute} value={minute} onChange={setMinute} />
          <TextField label={w.month} hint={w.copyKeep} optional type="number" min={1} max={of.calls_per_month} value={month} onChange={setMonth} />
        </div>
        <TextField label={w.end} hint={w.copyKeep} optional type="date" min={tomorrow()} max={of.expires_at?.slice(0, 10)} value={end} onChange={setEnd} />
      </Form>
    </>
  );
}
