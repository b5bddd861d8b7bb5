import type {Change, DataPlane, Erasure, Job} from '../api/types';
import {useLoad, usePages} from '../load';
import {useWorkspace} from '../session';
import {Card, Chip, Empty, Exact, Id, Page, Ready, Time, type Tone} from '../ui/parts';
import {Pager, Table} from '../ui/table';
import {words} from '../words';

const w = words.reported;
const changeTone: Record<Change['status'], Tone> = {waiting: 'warn', applied: 'good', approved: 'good', refused: 'bad', withdrawn: 'off'};

/** How far data planes are with what they were told: of all of them what waits, of one of them everything. */
export function Changes({plane, planes}: {plane?: string; planes?: DataPlane[]}) {
  const {calls, workspace} = useWorkspace();
  const pages = usePages(`${workspace.id} ${plane ?? ''}`);
  const loaded = useLoad(signal => calls.changes({data_plane: plane, status: plane ? undefined : 'waiting', limit: 10, cursor: pages.cursor}, signal),
    [workspace.id, plane, pages.cursor]);
  if (!loaded.problem && (loaded.data === undefined || loaded.data.data.length === 0) && pages.number === 1) {
    return null;
  }
  return (
    <Card title={plane ? w.changes : w.waiting} intro={w.changesIntro} flush>
      {!plane && <div className="card-body"><Exact text="bin/authpipe approve" label={words.planes.approveAt} prompt /></div>}
      <Ready of={loaded}>{page => (
        <>
          <Table<Change> caption={plane ? w.changes : w.waiting} rows={page.data} keyOf={one => one.data_plane_id + one.id} columns={[
            {head: w.change, cell: one => <Id>{one.id}</Id>},
            ...(planes ? [{head: words.commands.head.plane, cell: (one: Change) => planes.find(each => each.id === one.data_plane_id)?.name ?? <Id>{one.data_plane_id}</Id>}] : []),
            {head: w.status, cell: one => <Chip tone={changeTone[one.status]}>{w.statuses[one.status]}</Chip>},
            {head: w.reported, cell: one => <Time at={one.reported_at} />},
          ]} />
          <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
        </>
      )}</Ready>
    </Card>
  );
}

/** Scheduled work of data planes at home here that failed. */
export function Jobs({planes}: {planes: DataPlane[]}) {
  const {calls, workspace} = useWorkspace();
  const pages = usePages(workspace.id);
  const loaded = useLoad(signal => calls.jobs({limit: 10, cursor: pages.cursor}, signal), [workspace.id, pages.cursor]);
  if (!loaded.problem && (loaded.data === undefined || loaded.data.data.length === 0) && pages.number === 1) {
    return null;
  }
  return (
    <Card title={w.jobs} intro={w.jobsIntro} flush>
      <Ready of={loaded}>{page => (
        <>
          <Table<Job> caption={w.jobs} rows={page.data} keyOf={one => one.data_plane_id + one.job} columns={[
            {head: w.job, cell: one => <code>{one.job}</code>},
            {head: words.commands.head.plane, cell: one => planes.find(each => each.id === one.data_plane_id)?.name ?? <Id>{one.data_plane_id}</Id>},
            {head: w.status, cell: one => one.status === 'failed' ? <Chip tone="bad">{w.jobFailed}</Chip> : <Chip tone="good">{w.jobDone}</Chip>},
            {head: w.reason, cell: one => one.reason ? <code>{one.reason}</code> : <span className="soft">–</span>},
            {head: w.reported, cell: one => <Time at={one.reported_at} />},
          ]} />
          <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
        </>
      )}</Ready>
    </Card>
  );
}

/** Erasures of end users: how many connections, what is still owed; never whose. */
export function Erasures() {
  const {calls, at, workspace} = useWorkspace();
  const pages = usePages(workspace.id);
  const loaded = useLoad(signal => calls.erasures({limit: 25, cursor: pages.cursor}, signal), [workspace.id, pages.cursor]);
  return (
    <Page title={w.erasures} intro={w.erasuresIntro} back={{to: at('/connections'), text: words.connections.title}}>
      <Ready of={loaded}>{page => page.data.length === 0 && pages.number === 1 ? <Empty title={w.erasuresEmptyTitle} text={w.erasuresEmpty} /> : (
        <Card flush>
          <Table<Erasure> caption={w.erasures} rows={page.data} keyOf={one => one.id} columns={[
            {head: w.erasure, cell: one => <Id>{one.id}</Id>},
            {head: words.connections.title, number: true, cell: one => one.connections.toLocaleString('en')},
            {head: w.status, cell: one => one.pending === 0 ? <Chip tone="good">{w.complete}</Chip> : <Chip tone="warn">{w.owed(one.pending)}</Chip>},
            {head: w.reported, cell: one => <Time at={one.reported_at} as="full" />},
          ]} />
          <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
        </Card>
      )}</Ready>
    </Page>
  );
}
