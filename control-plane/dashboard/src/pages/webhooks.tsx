import type {WebhookEndpoint} from '../api/types';
import {useLoad, usePages} from '../load';
import {Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm} from '../ui/dialog';
import {Card, Chip, Empty, Page, Ready, Time} from '../ui/parts';
import {type Column, Pager, Table} from '../ui/table';
import {words} from '../words';

const w = words.webhooks;

/** Where the application wants to be told about its connections. */
export function Webhooks() {
  const {calls, at, can, workspace} = useWorkspace();
  const pages = usePages(workspace.id);
  const loaded = useLoad(signal => calls.webhooks(signal, pages.cursor), [workspace.id, pages.cursor]);
  const writes = can('configuration_write');
  const create = writes && <Link to={at('/webhooks/new')} className="button primary">{w.create}</Link>;
  const columns: Column<WebhookEndpoint>[] = [
    {head: w.url, cell: one => <>
      {writes ? <Link to={at(`/webhooks/${one.id}`)} className="address">{one.url}</Link> : <span className="address">{one.url}</span>}
      {one.description && <span className="under soft small">{one.description}</span>}
    </>},
    {head: w.events, cell: one => one.events.length === w.eventNames.length ? w.everyEvent : <ul className="plain">{one.events.map(event => <li key={event}>{w.eventNames.find(([name]) => name === event)?.[1] ?? <code>{event}</code>}</li>)}</ul>},
    {head: w.state, cell: one => one.disabled ? <Chip tone="off">{w.disabled}</Chip> : <Chip tone="good">{w.inUse}</Chip>},
    {head: w.changed, cell: one => <Time at={one.updated_at} />},
    ...(writes ? [{head: w.actions, actions: true, cell: (one: WebhookEndpoint) => <Actions endpoint={one} onChanged={loaded.reload} />}] : []),
  ];
  return (
    <Page title={w.title} intro={w.intro} actions={(loaded.data?.data.length ?? 0) > 0 && create}>
      <div className="notice warn"><p>{w.notYet}</p><p>{w.secret}</p></div>
      <Ready of={loaded}>{page => page.data.length === 0 && pages.number === 1 ? <Empty title={w.emptyTitle} text={w.empty} action={create} /> : (
        <Card flush>
          <Table<WebhookEndpoint> caption={w.title} rows={page.data} keyOf={one => one.id} columns={columns} />
          <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
        </Card>
      )}</Ready>
    </Page>
  );
}

function Actions({endpoint, onChanged}: {endpoint: WebhookEndpoint; onChanged: () => void}) {
  const {calls} = useWorkspace();
  const turn = endpoint.disabled ? w.enable : w.disable;
  return (
    <span className="row-actions">
      <Ask button={turn} label={`${turn}: ${endpoint.url}`} className="button small">{close => (
        <Confirm title={`${turn}?`} meaning={endpoint.disabled ? w.enableMeaning : w.disableMeaning} submit={turn} onClose={close} onConfirm={async () => {
          await calls.changeWebhook(endpoint.id, {disabled: !endpoint.disabled});
          say(words.saved);
          onChanged();
        }} />
      )}</Ask>
      <Ask button={words.remove} label={`${words.remove}: ${endpoint.url}`} className="button small quiet-danger">{close => (
        <Confirm title={w.removeTitle} meaning={w.removeMeaning(endpoint.url)} submit={w.removeSubmit} danger onClose={close} onConfirm={async () => {
          await calls.deleteWebhook(endpoint.id);
          say(w.removed);
          onChanged();
        }} />
      )}</Ask>
    </span>
  );
}
