import {useMemo, useState} from 'react';
import {account} from '../api/calls';
import {idempotency} from '../api/client';
import type {Plan, Policy} from '../api/types';
import {useLoad} from '../load';
import {go} from '../router';
import {useSigned, useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm} from '../ui/dialog';
import {CheckField, Form, SelectField, TextField} from '../ui/form';
import {Card, Chip, Fact, Facts, Id, Page, Ready, Time} from '../ui/parts';
import {words} from '../words';

const w = words.settings;

export function Settings() {
  const {calls, workspace, can} = useWorkspace();
  const plans = useLoad(signal => account.plans(signal), []);
  const policy = useLoad(signal => calls.policy(signal), [workspace.id]);
  return (
    <Page title={w.title} narrow chip={workspace.deletion_requested_at && <Chip tone="bad">{words.workspaces.deleting}</Chip>}>
      <Card title={w.general}>
        <Ready of={plans}>{({data}) => <General plans={data} />}</Ready>
      </Card>
      <Card title={w.policy} intro={w.policyIntro}>
        <Ready of={policy}>{data => can('workspace_write') ? <PolicyForm policy={data} onSaved={policy.reload} /> : <PolicyFacts policy={data} />}</Ready>
      </Card>
      {can('export') && <Export />}
      {can('incident') && <Incident />}
      <Leave />
    </Page>
  );
}

function General({plans}: {plans: Plan[]}) {
  const {calls, workspace, can} = useWorkspace();
  const {refresh} = useSigned();
  const [name, setName] = useState(workspace.display_name);
  const [plan, setPlan] = useState(workspace.plan);
  const facts = (
    <Facts>
      <Fact name="ID"><Id>{workspace.id}</Id></Fact>
      <Fact name={words.workspaces.name}><code>{workspace.name}</code></Fact>
      <Fact name={words.workspaces.region}>{workspace.region}</Fact>
      {!can('workspace_own') && <Fact name={words.workspaces.plan}>{workspace.plan}</Fact>}
      <Fact name={words.workspaces.created}><Time at={workspace.created_at} as="date" /></Fact>
    </Facts>
  );
  if (!can('workspace_write')) {
    return facts;
  }
  return (
    <>
      {facts}
      <Form submit={words.save} onSubmit={async () => {
        await calls.change({display_name: name, ...(can('workspace_own') ? {plan} : {})});
        await refresh();
        say(words.saved);
      }}>
        <TextField label={words.workspaces.display} value={name} onChange={setName} maxLength={100} />
        {can('workspace_own') && (
          <SelectField label={words.workspaces.plan} hint={hintOf(plans, plan)} value={plan} onChange={setPlan} options={plans.map(one => [one.name, one.name])} />
        )}
      </Form>
    </>
  );
}

function hintOf(plans: Plan[], name: string): string | undefined {
  const plan = plans.find(one => one.name === name);
  return plan && words.workspaces.planLimits(plan);
}

function PolicyForm({policy, onSaved}: {policy: Policy; onSaved: () => void}) {
  const {calls} = useWorkspace();
  const [origin, setOrigin] = useState(policy.connect_origin ?? '');
  const [days, setDays] = useState(String(policy.retention_days));
  const [strict, setStrict] = useState(policy.strict_audit);
  return (
    <Form submit={words.save} onSubmit={async () => {
      await calls.changePolicy({connect_origin: origin.trim(), retention_days: Number(days), strict_audit: strict});
      onSaved();
      say(words.saved);
    }}>
      <TextField label={w.connectOrigin} hint={w.connectOriginHint} optional type="url" value={origin} onChange={setOrigin} mono placeholder="https://connect.example.com" />
      <TextField label={w.retention} hint={w.retentionHint} type="number" min={0} max={30} value={days} onChange={setDays} />
      <CheckField label={w.strict} hint={w.strictHint} checked={strict} onChange={setStrict} />
    </Form>
  );
}

function PolicyFacts({policy}: {policy: Policy}) {
  return (
    <Facts>
      <Fact name={w.connectOrigin}>{policy.connect_origin ? <code>{policy.connect_origin}</code> : words.unknown}</Fact>
      <Fact name={w.retention}>{policy.retention_days}</Fact>
      <Fact name={w.strict}>{policy.strict_audit ? words.yes : words.no}</Fact>
    </Facts>
  );
}

function Export() {
  const {calls} = useWorkspace();
  const download = async (format: 'json' | 'terraform') => window.location.assign((await calls.createExport(format)).url);
  return (
    <Card title={w.export} intro={w.exportIntro}>
      <div className="side-by-side">
        <Form plain submit={w.exportJson} onSubmit={() => download('json')} />
        <Form plain submit={w.exportTerraform} onSubmit={() => download('terraform')} />
      </div>
    </Card>
  );
}

function Incident() {
  const {calls, workspace} = useWorkspace();
  const key = useMemo(idempotency, []);
  const send = async (kind: 'revoke_all' | 'rotate') => {
    await calls.incidentCommand(kind, undefined, key(kind));
    say(w.sent);
  };
  return (
    <Card title={w.incident} intro={w.incidentIntro}>
      <div className="rows">
        <div>
          <div><p className="strong">{w.rotate}</p><p className="soft small">{w.rotateMeaning}</p></div>
          <Ask button={w.rotate}>{close => <Confirm title={w.rotate} meaning={w.rotateMeaning} submit={w.rotate} onClose={close} onConfirm={() => send('rotate')} />}</Ask>
        </div>
        <div>
          <div><p className="strong">{w.revokeAll}</p><p className="soft small">{w.revokeAllMeaning}</p></div>
          <Ask button={w.revokeAll} className="button quiet-danger">{close => (
            <Confirm title={w.revokeAll} meaning={w.revokeAllMeaning} submit={w.revokeAll} danger typed={workspace.name} onClose={close} onConfirm={() => send('revoke_all')} />
          )}</Ask>
        </div>
      </div>
    </Card>
  );
}

function Leave() {
  const {calls, workspace, can} = useWorkspace();
  const {refresh} = useSigned();
  return (
    <Card title={w.danger} danger>
      <div className="rows">
        <div>
          <div><p className="strong">{w.leave}</p><p className="soft small">{w.leaveMeaning}</p></div>
          <Ask button={w.leave} className="button quiet-danger">{close => (
            <Confirm title={w.leave} meaning={w.leaveMeaning} submit={w.leave} danger onClose={close} onConfirm={async () => {
              await calls.leave();
              say(w.left);
              go('/', {replace: true});
              await refresh();
            }} />
          )}</Ask>
        </div>
        {can('workspace_own') && !workspace.deletion_requested_at && (
          <div>
            <div><p className="strong">{w.remove}</p><p className="soft small">{w.removeMeaning}</p></div>
            <Ask button={w.remove} className="button quiet-danger">{close => (
              <Confirm title={w.remove} meaning={w.removeMeaning} submit={w.remove} danger typed={workspace.name} onClose={close} onConfirm={async () => {
                await calls.requestDeletion();
                await refresh();
                say(w.removed);
              }} />
            )}</Ask>
          </div>
        )}
      </div>
    </Card>
  );
}
