import {type FormEvent, useState} from 'react';
import type {Connection} from '../api/types';
import {useLoad, usePages} from '../load';
import {address, go, Link} from '../router';
import {useWorkspace} from '../session';
import {SelectField, TextField} from '../ui/form';
import {Card, Chip, Empty, Id, Page, Ready, Time} from '../ui/parts';
import {Pager, Table} from '../ui/table';
import {words} from '../words';
import {connectionTone, queryOf, SHOWN, shownOf} from './states';

const w = words.connections;

/** Connections, narrowed by what stands in the address, so that a filter can be kept and passed on. */
export function Connections({query}: {query: URLSearchParams}) {
  const {calls, at, workspace} = useWorkspace();
  const show = query.get('show') ?? '';
  const integration = query.get('integration') ?? '';
  const filter = `${show} ${integration}`;
  const pages = usePages(filter);
  const names = useLoad(signal => calls.integrations(signal), [workspace.id]);
  const loaded = useLoad(signal => calls.connections({...queryOf(show), integration, cursor: pages.cursor, limit: 25}, signal),
    [workspace.id, filter, pages.cursor]);
  const slug = (id: string) => names.data?.data.find(one => one.id === id)?.slug;
  const narrow = (change: {show?: string; integration?: string}) =>
    go(address(at('/connections'), {show, integration, ...change}), {replace: true});
  const filtered = show !== '' || integration !== '';
  return (
    <Page title={w.title} intro={w.intro} actions={<Link to={at('/erasures')} className="button">{words.reported.erasures}</Link>}>
      <section className="filters" aria-label={w.filter}>
        <SelectField label={w.show} value={show} onChange={value => narrow({show: value})}
          options={[['', words.all], ...SHOWN.map((one): [string, string] => [one, w.states[one] ?? one])]} />
        <SelectField label={w.integration} value={integration} onChange={value => narrow({integration: value})}
          options={[['', words.all], ...(names.data?.data ?? []).map((one): [string, string] => [one.id, one.slug])]} />
        <Find />
      </section>
      <Ready of={loaded}>{page => page.data.length === 0
        ? filtered
          ? <Empty title={w.noMatchTitle} text={w.noMatch} action={<Link to={at('/connections')} className="button">{w.clear}</Link>} />
          : <Empty title={w.emptyTitle} text={w.empty} />
        : (
          <Card flush>
            <Table<Connection> caption={w.title} rows={page.data} keyOf={one => one.id} columns={[
              {head: w.id, cell: one => <Link to={at(`/connections/${one.id}`)}><Id>{one.id}</Id></Link>},
              {head: w.integration, cell: one => slug(one.integration) ?? <Id>{one.integration}</Id>},
              {head: w.status, cell: one => <Chip tone={connectionTone[shownOf(one)]}>{w.states[shownOf(one)]}</Chip>},
              {head: w.meaning, cell: one => <span className="clamp">{shownOf(one) === 'active' ? one.explanation.action : one.explanation.meaning}</span>},
              {head: w.reported, cell: one => <Time at={one.reported_at} />},
            ]} />
            <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
          </Card>
        )}</Ready>
    </Page>
  );
}

/** Opens a connection whose id is known, from a log or a ticket. */
function Find() {
  const {at} = useWorkspace();
  const [id, setId] = useState('');
  const [wrong, setWrong] = useState(false);
  const open = (event: FormEvent) => {
    event.preventDefault();
    const wanted = id.trim();
    setWrong(!/^conn_[0-9a-z]{26}$/.test(wanted));
    if (/^conn_[0-9a-z]{26}$/.test(wanted)) {
      go(at(`/connections/${wanted}`));
    }
  };
  return (
    <form className="find" onSubmit={open} role="search">
      <TextField label={w.find} optional="filter" value={id} onChange={setId} placeholder={w.findHint} mono autoComplete="off" spellCheck={false} />
      <button type="submit" className="button">{w.findSubmit}</button>
      {wrong && <p className="hint bad-text" role="alert">{w.findWrong}</p>}
    </form>
  );
}
