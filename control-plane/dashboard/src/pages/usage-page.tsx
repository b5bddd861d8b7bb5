import {useState} from 'react';
import type {Usage} from '../api/types';
import {useLoad} from '../load';
import {address, go} from '../router';
import {useWorkspace} from '../session';
import {SelectField} from '../ui/form';
import {Card, Empty, Id, Page, Ready} from '../ui/parts';
import {type Column, Table} from '../ui/table';
import {words} from '../words';
import {add, bounds, byIntegration, byPeriod, errors, periods, RANGES, rangeOf, share, successes, type Sum} from './usage';
import {periodText, UsageChart} from './usage-chart';

const w = words.usage;
const MOST_PAGES = 40;
const number = (value: number) => value.toLocaleString('en');

/** How much the proxies of a workspace are used, and how much of it did not work. */
export function UsagePage({query}: {query: URLSearchParams}) {
  const {calls, at, workspace} = useWorkspace();
  const range = rangeOf(query.get('range'));
  const integration = query.get('integration') ?? '';
  const [now] = useState(Date.now);
  const names = useLoad(signal => calls.integrations(signal), [workspace.id]);
  const loaded = useLoad(async signal => {
    const rows: Usage[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const found = await calls.usage({period: range.period, ...bounds(range, now), integration, limit: 200, cursor}, signal);
      rows.push(...found.data);
      cursor = found.next_cursor;
      if (cursor === undefined) {
        break;
      }
    }
    return {rows, range, cut: cursor !== undefined};
  }, [workspace.id, range.name, integration]);
  const narrow = (change: {range?: string; integration?: string}) => go(address(at('/usage'), {range: range.name, integration, ...change}), {replace: true});
  return (
    <Page title={w.title} intro={w.intro}>
      <section className="filters" aria-label={words.connections.filter}>
        <SelectField label={w.range} value={range.name} onChange={value => narrow({range: value})} options={RANGES.map(one => [one.name, w.ranges[one.name] ?? one.name])} />
        <SelectField label={words.connections.integration} value={integration} onChange={value => narrow({integration: value})}
          options={[['', words.all], ...(names.data?.data ?? []).map((one): [string, string] => [one.id, one.slug])]} />
      </section>
      <Ready of={loaded}>{({rows, range: of, cut}) => rows.length === 0 ? <Empty title={w.emptyTitle} text={w.empty} /> : (
        <>
          {cut && <p className="notice warn">{w.cut}</p>}
          <Totals sum={add(rows)} />
          <Card title={of.period === 'hour' ? w.byHour : w.byDay} intro={w.utc}>
            <UsageChart range={of} periods={byPeriod(rows, periods(of, now))} />
            <details className="as-table">
              <summary>{w.asTable}</summary>
              <SumTable caption={of.period === 'hour' ? w.byHour : w.byDay} head={of.period === 'hour' ? w.hour : w.day}
                rows={byPeriod(rows, periods(of, now)).reverse().map(({start, sum}) => ({key: String(start), name: periodText(start, of), sum}))} />
            </details>
          </Card>
          <Card title={w.byIntegration} flush>
            <SumTable caption={w.byIntegration} head={words.connections.integration} rows={byIntegration(rows).map(({integration: id, sum}) => ({
              key: id, name: names.data?.data.find(one => one.id === id)?.slug ?? <Id>{id}</Id>, sum}))} />
          </Card>
        </>
      )}</Ready>
    </Page>
  );
}

function Totals({sum}: {sum: Sum}) {
  const all = successes(sum) + errors(sum);
  const facts: [name: string, value: string, more: string][] = [
    [w.calls, number(sum.calls), w.callsMeaning],
    [w.tokenReads, number(sum.token_reads), w.tokenReadsMeaning],
    [w.errors, number(errors(sum)), share(errors(sum), all) === null ? '' : w.ofAll(share(errors(sum), all) ?? '')],
    [w.refreshes, number(sum.refreshes), w.refreshesMeaning],
  ];
  return (
    <dl className="totals">
      {facts.map(([name, value, more]) => <div key={name} className="card"><dt>{name}</dt><dd><span className="big-number">{value}</span><span className="soft small under">{more}</span></dd></div>)}
    </dl>
  );
}

interface Row {
  key: string;
  name: React.ReactNode;
  sum: Sum;
}

function SumTable({caption, head, rows}: {caption: string; head: string; rows: Row[]}) {
  const columns: Column<Row>[] = [
    {head, cell: row => row.name},
    {head: w.calls, number: true, cell: row => number(row.sum.calls)},
    {head: w.tokenReads, number: true, cell: row => number(row.sum.token_reads)},
    {head: w.refused, number: true, cell: row => number(row.sum.refused)},
    {head: w.failed, number: true, cell: row => number(row.sum.failed)},
    {head: w.providerErrors, number: true, cell: row => number(row.sum.provider_errors)},
    {head: w.errorShare, number: true, cell: row => share(errors(row.sum), successes(row.sum) + errors(row.sum)) ?? <span className="soft">–</span>},
    {head: w.refreshes, number: true, cell: row => number(row.sum.refreshes)},
  ];
  return <Table<Row> caption={caption} rows={rows} keyOf={row => row.key} columns={columns} />;
}
