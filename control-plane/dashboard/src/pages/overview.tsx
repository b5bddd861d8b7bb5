import {account} from '../api/calls';
import type {ConnectionCounts, DataPlane, Integration, Job, KeyRequest, Plan, Provider} from '../api/types';
import {useLoad} from '../load';
import {address, Link} from '../router';
import {type InWorkspace, useWorkspace} from '../session';
import {Card, Chip, Page, Ready, Time, type Tone} from '../ui/parts';
import {Table} from '../ui/table';
import {words} from '../words';
import {Configuration} from './plane-parts';
import {connectionTone, planeTone, SHOWN, shownOf} from './states';

const w = words.overview;

interface Facts {
  counts: ConnectionCounts;
  integrations: Integration[];
  moreIntegrations: boolean;
  providers: Provider[];
  planes: DataPlane[];
  requests: KeyRequest[];
  keys: number;
  moreKeys: boolean;
  plan: Plan | undefined;
  jobs: Job[];
}

export function Overview() {
  const at = useWorkspace();
  const facts = useLoad(signal => read(at, signal), [at.workspace.id]);
  return (
    <Page title={w.title}>
      <Ready of={facts}>{data => (
        <>
          <Steps facts={data} />
          <Attention facts={data} />
          <div className="columns">
            <ConnectionsCard counts={data.counts} />
            <Usage facts={data} />
          </div>
          {data.planes.length > 0 && <PlanesCard planes={data.planes} />}
        </>
      )}</Ready>
    </Page>
  );
}

async function read({calls, workspace}: InWorkspace, signal: AbortSignal): Promise<Facts> {
  const [counts, integrations, providers, planes, requests, keys, plans, jobs] = await Promise.all([
    calls.counts(signal), calls.integrations(signal), calls.providers(signal), calls.dataPlanes(signal), calls.keyRequests(signal),
    calls.keys(signal), account.plans(signal), calls.jobs({limit: 20}, signal),
  ]);
  return {
    counts,
    integrations: integrations.data,
    moreIntegrations: integrations.next_cursor !== undefined,
    providers: providers.data,
    planes: planes.data,
    requests: requests.data,
    keys: keys.data.filter(key => key.status !== 'revoked').length,
    moreKeys: keys.next_cursor !== undefined,
    plan: plans.data.find(plan => plan.name === workspace.plan),
    jobs: jobs.data.filter(job => job.status === 'failed'),
  };
}

function needsSecret(integration: Integration, providers: Provider[]): boolean {
  return integration.client_secret_since === null && (providers.find(one => one.slug === integration.provider)?.client_secret ?? false);
}

/** The way to the first connection, as long as it is not walked. */
function Steps({facts}: {facts: Facts}) {
  const {at, can} = useWorkspace();
  const first = facts.integrations[0];
  const steps: [name: string, done: boolean, to: string, allowed: boolean][] = [
    ['plane', facts.planes.some(plane => plane.serving && plane.enrolled_at), at(facts.planes.length === 0 && can('data_planes_write') ? '/data-planes/new' : '/data-planes'), true],
    ['integration', first !== undefined, at(can('configuration_write') ? '/integrations/new' : '/integrations'), true],
    ['secret', facts.integrations.some(one => !needsSecret(one, facts.providers)), at(first ? `/integrations/${first.slug}` : '/integrations'), first !== undefined],
    ['key', facts.keys > 0, at('/api-keys'), true],
    ['connection', facts.counts.data.length > 0, at('/connections'), false],
  ];
  if (steps.every(([, done]) => done)) {
    return null;
  }
  const next = steps.find(([, done]) => !done)?.[0];
  return (
    <Card title={w.start} intro={w.startIntro}>
      <ol className="steps">
        {steps.map(([name, done, to, allowed]) => (
          <li key={name} className={done ? 'done' : name === next ? 'next' : undefined} aria-current={name === next ? 'step' : undefined}>
            <span className="step-mark" aria-hidden="true" />
            <div className="step-text">
              <p className="strong">{w.steps[name]?.[0]}</p>
              <p className="soft small">{w.steps[name]?.[1]}</p>
            </div>
            {done ? <Chip tone="good">{w.stepDone}</Chip> : allowed && (
              <Link to={to} className={name === next ? 'button primary' : 'button'} aria-label={`${w.stepOpen}: ${w.steps[name]?.[0]}`}>{w.stepOpen}</Link>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Attention({facts}: {facts: Facts}) {
  const {at} = useWorkspace();
  const states = facts.counts.states;
  const items: [tone: Tone, text: string, to: string][] = [];
  const connections = (state: 'reauth_required' | 'revoked' | 'key_unavailable' | 'degraded', tone: Tone, text: (n: number) => string) => {
    const n = states[state] ?? 0;
    if (n > 0) {
      items.push([tone, text(n), address(at('/connections'), {show: state})]);
    }
  };
  connections('reauth_required', 'bad', w.reauth);
  connections('revoked', 'bad', w.revoked);
  connections('key_unavailable', 'bad', w.keyUnavailable);
  for (const plane of facts.planes) {
    const to = at(`/data-planes/${plane.id}`);
    if (plane.state === 'silent') {
      items.push(['bad', w.planeSilent(plane.name), to]);
    }
    if (plane.waiting_changes) {
      items.push(['warn', w.planeWaiting(plane.name, plane.waiting_changes), to]);
    }
    if (plane.lost) {
      items.push(['warn', w.planeLost(plane.name, plane.lost), to]);
    }
  }
  for (const plane of facts.planes) {
    const failed = facts.jobs.filter(job => job.data_plane_id === plane.id).length;
    if (failed > 0 && plane.state !== 'revoked') {
      items.push(['warn', w.jobsFailed(plane.name, failed), at('/data-planes')]);
    }
  }
  facts.integrations.filter(one => !one.disabled && needsSecret(one, facts.providers))
    .forEach(one => items.push(['warn', w.secretMissing(one.slug), at(`/integrations/${one.slug}`)]));
  const waiting = facts.requests.filter(request => request.status === 'waiting').length;
  if (waiting > 0) {
    items.push(['warn', w.keyWaiting(waiting), at('/api-keys')]);
  }
  connections('degraded', 'warn', w.degraded);
  if (facts.plan && total(facts.counts) > facts.plan.connections) {
    items.push(['warn', w.overPlan(facts.plan.connections), at('/settings')]);
  }
  return (
    <Card title={w.attention}>
      {items.length === 0 ? <p className="soft">{w.allWell}</p> : (
        <ul className="attention">
          {items.map(([tone, text, to]) => (
            <li key={text + to}>
              <Chip tone={tone}>{text}</Chip>
              <Link to={to} aria-label={`${w.show}: ${text}`}>{w.show}</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function total(counts: ConnectionCounts): number {
  return counts.data.filter(one => one.status === 'active').reduce((sum, one) => sum + one.connections, 0);
}

function ConnectionsCard({counts}: {counts: ConnectionCounts}) {
  const {at} = useWorkspace();
  const sums = SHOWN.map(shown => ({shown, n: counts.data.filter(one => shownOf(one) === shown).reduce((sum, one) => sum + one.connections, 0)}))
    .filter(({n}) => n > 0);
  const living = sums.filter(({shown}) => shown !== 'disconnected' && shown !== 'purged');
  const all = total(counts);
  let x = 0;
  return (
    <Card title={w.connections}>
      {sums.length === 0 ? <p className="soft">{w.noConnections}</p> : (
        <>
          <p className="big-number">{all.toLocaleString('en')}</p>
          {all > 0 && (
            <svg className="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
              {living.map(({shown, n}) => {
                const from = x;
                x += n / all * 100;
                return <rect key={shown} className={`bar-${connectionTone[shown]}`} x={from} width={Math.max(0.6, n / all * 100)} height="3" />;
              })}
            </svg>
          )}
          <ul className="legend">
            {sums.map(({shown, n}) => (
              <li key={shown}>
                <Chip tone={connectionTone[shown]}>{words.connections.states[shown]}</Chip>
                <Link to={address(at('/connections'), {show: shown})} aria-label={`${words.connections.states[shown]}: ${w.total(n)}`}>{n.toLocaleString('en')}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Usage({facts}: {facts: Facts}) {
  const {at} = useWorkspace();
  const plan = facts.plan;
  const rows: [text: string, value: string, limit: number | undefined, to: string][] = [
    [words.integrations.title, facts.integrations.length + (facts.moreIntegrations ? '+' : ''), plan?.integrations, at('/integrations')],
    [words.connections.title, total(facts.counts).toLocaleString('en'), plan?.connections, at('/connections')],
    [words.keys.title, facts.keys + (facts.moreKeys ? '+' : ''), plan?.api_keys, at('/api-keys')],
    [words.planes.title, String(facts.planes.filter(one => one.state !== 'revoked').length), undefined, at('/data-planes')],
  ];
  return (
    <Card title={w.usage}>
      <ul className="legend">
        {rows.map(([text, value, limit, to]) => (
          <li key={text}><Link to={to}>{text}</Link><span className="soft">{limit === undefined ? value : w.of(value, limit)}</span></li>
        ))}
      </ul>
    </Card>
  );
}

function PlanesCard({planes}: {planes: DataPlane[]}) {
  const {at} = useWorkspace();
  return (
    <Card title={w.planes} flush>
      <Table<DataPlane> caption={w.planes} rows={planes} keyOf={plane => plane.id} columns={[
        {head: words.planes.name, cell: plane => <Link to={at(`/data-planes/${plane.id}`)}>{plane.name}</Link>},
        {head: words.planes.state, cell: plane => <Chip tone={planeTone[plane.state]}>{words.planes.states[plane.state]}</Chip>},
        {head: words.planes.configuration, cell: plane => <Configuration plane={plane} />},
        {head: words.planes.lastSeen, cell: plane => <Time at={plane.last_seen_at} as="ago" />},
      ]} />
    </Card>
  );
}
