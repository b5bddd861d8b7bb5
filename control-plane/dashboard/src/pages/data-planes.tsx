import type {DataPlane} from '../api/types';
import {useLoad, usePages, usePoll} from '../load';
import {Link} from '../router';
import {useWorkspace} from '../session';
import {Card, Chip, Empty, Page, Ready, Time} from '../ui/parts';
import {Pager, Table} from '../ui/table';
import {words} from '../words';
import {CommandTable} from './command-table';
import {Configuration} from './plane-parts';
import {Changes, Jobs} from './reported';
import {planeTone} from './states';

const w = words.planes;
const LOOK_AGAIN_MS = 15_000;

export function DataPlanes() {
  const {calls, at, can, workspace} = useWorkspace();
  const pages = usePages(workspace.id);
  const planes = useLoad(signal => calls.dataPlanes(signal), [workspace.id]);
  const commands = useLoad(signal => calls.commands(signal, pages.cursor, 20), [workspace.id, pages.cursor]);
  usePoll(planes.reload, LOOK_AGAIN_MS, true);
  const create = can('data_planes_write') && <Link to={at('/data-planes/new')} className="button primary">{w.create}</Link>;
  return (
    <Page title={w.title} intro={w.intro} actions={(planes.data?.data.length ?? 0) > 0 && create}>
      <Ready of={planes}>{({data}) => data.length === 0 ? <Empty title={w.emptyTitle} text={w.empty} action={create} /> : (
        <>
          <Card flush>
            <Table<DataPlane> caption={w.title} rows={data} keyOf={one => one.id} columns={[
              {head: w.name, cell: one => <Link to={at(`/data-planes/${one.id}`)}>{one.name}</Link>},
              {head: w.state, cell: one => <Chip tone={planeTone[one.state]}>{w.states[one.state]}</Chip>},
              {head: w.regions, cell: one => one.regions.join(', ')},
              {head: w.configuration, cell: one => <Configuration plane={one} />},
              {head: w.waiting, number: true, cell: one => one.waiting_changes ? <strong>{one.waiting_changes}</strong> : <span className="soft">{one.waiting_changes ?? '–'}</span>},
              {head: w.lastSeen, cell: one => <Time at={one.last_seen_at} as="ago" />},
            ]} />
          </Card>
          <Changes planes={data} />
          <Jobs planes={data} />
          <Card title={w.commands} flush={(commands.data?.data.length ?? 0) > 0}>
            <Ready of={commands}>{page => page.data.length === 0 ? <p className="soft">{w.noCommands}</p> : (
              <>
                <CommandTable caption={w.commands} commands={page.data} planes={data} withTarget />
                <Pager number={pages.number} next={page.next_cursor} onNext={pages.next} onFirst={pages.first} />
              </>
            )}</Ready>
          </Card>
        </>
      )}</Ready>
    </Page>
  );
}
