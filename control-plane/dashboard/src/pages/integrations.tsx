import type {Integration} from '../api/types';
import {useLoad} from '../load';
import {Link} from '../router';
import {useWorkspace} from '../session';
import {Card, Chip, Empty, Page, Ready} from '../ui/parts';
import {Table} from '../ui/table';
import {words} from '../words';

const w = words.integrations;

export function Integrations() {
  const {calls, at, can, workspace} = useWorkspace();
  const loaded = useLoad(async signal => {
    const [integrations, providers, counts] = await Promise.all([calls.integrations(signal), calls.providers(signal), calls.counts(signal)]);
    return {integrations: integrations.data, providers: providers.data, counts: counts.data};
  }, [workspace.id]);
  const create = can('configuration_write') && <Link to={at('/integrations/new')} className="button primary">{w.create}</Link>;
  return (
    <Page title={w.title} intro={w.intro} actions={(loaded.data?.integrations.length ?? 0) > 0 && create}>
      <Ready of={loaded}>{({integrations, providers, counts}) => integrations.length === 0
        ? <Empty title={w.emptyTitle} text={w.empty} action={create} />
        : (
          <Card flush>
            <Table<Integration> caption={w.title} rows={integrations} keyOf={one => one.id} columns={[
              {head: w.slug, cell: one => <Link to={at(`/integrations/${one.slug}`)}>{one.slug}</Link>},
              {head: w.provider, cell: one => providers.find(provider => provider.slug === one.provider)?.name ?? one.provider},
              {head: w.scopes, cell: one => one.scopes.length, number: true},
              {head: w.connections, number: true, cell: one => counts.filter(count => count.integration === one.id && count.status === 'active')
                .reduce((sum, count) => sum + count.connections, 0).toLocaleString('en')},
              {head: w.secret, cell: one => one.client_secret_since !== null ? <Chip tone="good">{w.secretPresent}</Chip>
                : providers.find(provider => provider.slug === one.provider)?.client_secret ? <Chip tone="warn">{w.secretMissing}</Chip>
                  : <span className="soft">{w.secretNotNeeded}</span>},
              {head: w.state, cell: one => one.disabled ? <Chip tone="off">{w.disabled}</Chip> : <Chip tone="good">{w.inUse}</Chip>},
            ]} />
          </Card>
        )}</Ready>
    </Page>
  );
}
