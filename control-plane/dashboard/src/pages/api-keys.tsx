import type {ApiKey, KeyRequest, KeyTerms} from '../api/types';
import {useLoad, usePages} from '../load';
import {Link} from '../router';
import {useWorkspace} from '../session';
import {Ask, Confirm} from '../ui/dialog';
import {Card, Chip, Empty, Exact, Page, Ready, Time, type Tone} from '../ui/parts';
import {Pager, Table} from '../ui/table';
import {words} from '../words';

const w = words.keys;
export const keyTone: Record<ApiKey['status'], Tone> = {active: 'good', disabled: 'off', revoked: 'off'};

export function ApiKeys() {
  const {calls, at, can, workspace} = useWorkspace();
  const pages = usePages(workspace.id);
  const requests = useLoad(signal => calls.keyRequests(signal), [workspace.id]);
  const keys = useLoad(signal => calls.keys(signal, pages.cursor), [workspace.id, pages.cursor]);
  const waiting = requests.data?.data.filter(one => one.status === 'waiting') ?? [];
  const none = keys.data?.data.length === 0 && pages.number === 1 && waiting.length === 0 && requests.data !== undefined;
  const request = can('api_keys_write') && <Link to={at('/api-keys/new')} className="button primary">{w.request}</Link>;
  return (
    <Page title={w.title} intro={w.intro} actions={!none && request}>
      {none && <Empty title={w.emptyTitle} text={w.empty} action={request} />}
      {requests.problem && <Ready of={requests}>{() => null}</Ready>}
      {waiting.length > 0 && <Waiting requests={waiting} onChanged={requests.reload} />}
      <Ready of={keys}>{page => page.data.length === 0 ? null : (
        <Card title={w.keys} flush>
          <Table<ApiKey> caption={w.keys} rows={page.data} keyOf={one => one.id} columns={[
            {head: w.name, cell: one => <Link to={at(`/api-keys/${one.id}`)}>{one.name}</Link>},
            {head: w.scopes, cell: one => <Scopes terms={one} />},
            {head: w.integrations, cell: one => one.integrations ? one.integrations.length : words.all},
            {head: w.caps, cell: one => <Caps terms={one} />},
            {head: w.expires, cell: one => <Time at={one.expires_at} as="date" />},
            {head: w.status, cell: one => <Chip tone={keyTone[one.status]}>{w.states[one.status]}</Chip>},
          ]} />
          <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
        </Card>
      )}</Ready>
    </Page>
  );
}

function Waiting({requests, onChanged}: {requests: KeyRequest[]; onChanged: () => void}) {
  const {calls, can} = useWorkspace();
  const commands = [...new Set(requests.map(one => one.command ?? ''))].filter(command => command !== '');
  return (
    <Card title={w.requests} intro={w.requestsIntro} flush>
      <div className="card-body">{commands.map(command => <Exact key={command} text={command} label={w.requests} prompt />)}</div>
      <Table<KeyRequest> caption={w.requests} rows={requests} keyOf={one => one.id} columns={[
        {head: w.name, cell: one => one.name},
        {head: w.scopes, cell: one => <Scopes terms={one} />},
        {head: w.caps, cell: one => <Caps terms={one} />},
        {head: w.requested, cell: one => <Time at={one.created_at} />},
        ...(can('api_keys_write') ? [{head: w.withdraw, actions: true, cell: (one: KeyRequest) => (
          <Ask button={w.withdraw} label={`${w.withdraw}: ${one.name}`} className="button small">{close => (
            <Confirm title={w.withdrawTitle} meaning={w.withdrawMeaning} submit={w.withdraw} danger onClose={close} onConfirm={async () => {
              await calls.withdrawKeyRequest(one.id);
              onChanged();
            }} />
          )}</Ask>
        )}] : []),
      ]} />
    </Card>
  );
}

export function Scopes({terms}: {terms: KeyTerms}) {
  return <ul className="tags">{terms.scopes.map(scope => <li key={scope}><code>{scope}</code></li>)}</ul>;
}

export function Caps({terms}: {terms: KeyTerms}) {
  const caps = [
    ...(terms.calls_per_minute === undefined ? [] : [w.perMinute(terms.calls_per_minute)]),
    ...(terms.calls_per_month === undefined ? [] : [w.perMonth(terms.calls_per_month)]),
  ];
  return <>{caps.length === 0 ? <span className="soft">{w.noCaps}</span> : caps.join(', ')}</>;
}
