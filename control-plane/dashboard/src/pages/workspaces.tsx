import type {Workspace} from '../api/types';
import {Link} from '../router';
import {useSigned} from '../session';
import {Card, Chip, Empty, Id, Page, Time} from '../ui/parts';
import {Table} from '../ui/table';
import {words} from '../words';

const w = words.workspaces;

export function Workspaces() {
  const {workspaces} = useSigned();
  const create = <Link to="/workspaces/new" className="button primary">{w.create}</Link>;
  return (
    <Page title={w.title} intro={w.intro} actions={workspaces.length > 0 && create}>
      {workspaces.length === 0 ? <Empty title={w.emptyTitle} text={w.empty} action={create} /> : (
        <Card flush>
          <Table<Workspace> caption={w.title} rows={workspaces} keyOf={one => one.id} columns={[
            {head: w.name, cell: one => <><Link to={`/w/${one.id}`}>{one.display_name}</Link>{one.name !== one.display_name && <span className="under"><Id>{one.name}</Id></span>}</>},
            {head: w.region, cell: one => one.region},
            {head: w.plan, cell: one => one.plan},
            {head: w.role, cell: one => words.role[one.role]},
            {head: w.created, cell: one => one.deletion_requested_at ? <Chip tone="bad">{w.deleting}</Chip> : <Time at={one.created_at} as="date" />},
          ]} />
        </Card>
      )}
    </Page>
  );
}
