import {type FormEvent, useState} from 'react';
import type {AuditEvent, DataPlane, Member} from '../api/types';
import {auditWords} from '../audit-words';
import {useLoad, usePages} from '../load';
import {address, go, Link} from '../router';
import {useWorkspace} from '../session';
import {SelectField, TextField} from '../ui/form';
import {Card, Chip, Empty, Page, Ready, Time} from '../ui/parts';
import {Pager, Table} from '../ui/table';
import {words} from '../words';

const w = words.audit;

/** The log of the workspace, newest first; the filter stands in the address. */
export function Audit({query}: {query: URLSearchParams}) {
  const {calls, workspace, at} = useWorkspace();
  const filter = {
    type: query.get('type') ?? '',
    object: query.get('object') ?? '',
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
  };
  const written = JSON.stringify(filter);
  const pages = usePages(written);
  const people = useLoad(async signal => {
    const [members, planes] = await Promise.all([calls.members(signal), calls.dataPlanes(signal)]);
    return {members: members.data, planes: planes.data};
  }, [workspace.id]);
  const loaded = useLoad(signal => calls.audit({...filter, from: moment(filter.from, 0), to: moment(filter.to, 1), cursor: pages.cursor}, signal),
    [workspace.id, written, pages.cursor]);
  const filtered = Object.values(filter).some(value => value !== '');
  return (
    <Page title={w.title} intro={w.intro}>
      <Filters key={written} before={filter} />
      <Ready of={loaded}>{page => page.data.length === 0
        ? <Empty title={w.empty} text={w.emptyHint} action={filtered && <Link to={at('/audit')} className="button">{w.clear}</Link>} />
        : (
          <Card flush>
            <Table<AuditEvent> caption={w.title} rows={page.data} keyOf={event => event.id} columns={[
              {head: w.what, cell: event => <What event={event} />},
              {head: w.who, cell: event => <Who event={event} members={people.data?.members ?? []} planes={people.data?.planes ?? []} />},
              {head: w.objectHead, cell: event => <><span className="soft small">{event.object.kind.replaceAll('_', ' ')}</span><span className="under"><code className="id">{event.object.id}</code></span></>},
              {head: w.outcome, cell: event => event.outcome === 'success' ? <span className="soft">{w.outcomes.success}</span>
                : <Chip tone="bad">{w.outcomes[event.outcome] ?? event.outcome}</Chip>},
              {head: w.time, cell: event => <Time at={event.time} as="full" />},
            ]} />
            <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
          </Card>
        )}</Ready>
    </Page>
  );
}

function Filters({before}: {before: {type: string; object: string; from: string; to: string}}) {
  const {at} = useWorkspace();
  const [filter, setFilter] = useState(before);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    go(address(at('/audit'), {...filter, object: filter.object.trim()}), {replace: true});
  };
  const types = Object.entries(auditWords).map(([type]): [string, string] => [type, type]);
  return (
    <form className="filters" onSubmit={apply} aria-label={words.connections.filter}>
      <SelectField label={w.type} value={filter.type} onChange={type => setFilter({...filter, type})} options={[['', words.all], ...types]} />
      <TextField label={w.from} optional="filter" type="date" value={filter.from} onChange={from => setFilter({...filter, from})} />
      <TextField label={w.to} optional="filter" type="date" value={filter.to} onChange={to => setFilter({...filter, to})} />
      <TextField label={w.object} optional="filter" value={filter.object} onChange={object => setFilter({...filter, object})} mono autoComplete="off" spellCheck={false} />
      <button type="submit" className="button">{w.apply}</button>
    </form>
  );
}

/** The beginning of a day, or of one that many days later, as people there mean it. */
function moment(day: string, later: number): string | undefined {
  if (day === '') {
    return undefined;
  }
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

function What({event}: {event: AuditEvent}) {
  const facts: [string, string][] = [
    ...Object.entries(event.detail).map(([name, value]): [string, string] => [name.replaceAll('_', ' '), String(value)]),
    ...(event.reason ? [['reason', event.reason] as [string, string]] : []),
    ...(event.request_id ? [[w.request.toLowerCase(), event.request_id] as [string, string]] : []),
    [w.event, event.id],
    [w.number, String(event.seq)],
  ];
  return (
    <details className="event">
      <summary>{sentence(event)}<span className="under"><code>{event.type}</code></span></summary>
      <dl>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><code>{value}</code></dd></div>)}</dl>
    </details>
  );
}

/** What happened; of what is made, changed and removed, which of them. */
function sentence(event: AuditEvent): string {
  const text = auditWords[event.type] ?? event.type;
  const verb = w.verbs[String(event.detail.change)];
  return verb ? text.replace(/^Changed/, verb) : text;
}

function Who({event, members, planes}: {event: AuditEvent; members: Member[]; planes: DataPlane[]}) {
  const {kind, id} = event.actor;
  if (kind === 'person') {
    const member = members.find(one => one.person_id === id);
    return member ? <>{member.display_name}</> : <><span>{w.somebody}</span><span className="under"><code className="id">{id}</code></span></>;
  }
  const plane = planes.find(one => one.id === id);
  if (plane) {
    return <>{plane.name}<span className="under soft small">{w.actors.data_plane}</span></>;
  }
  return <><span>{w.actors[kind] ?? kind.replaceAll('_', ' ')}</span><span className="under"><code className="id">{id}</code></span></>;
}
