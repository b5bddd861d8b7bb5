import {useState} from 'react';
import type {DataPlane, Enrolment, WitnessedCheckpoint} from '../api/types';
import {useLoad, usePoll} from '../load';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm, Dialog} from '../ui/dialog';
import {Card, Chip, Exact, Fact, Facts, Id, Page, Ready, Time} from '../ui/parts';
import {Table} from '../ui/table';
import {words} from '../words';
import {CommandTable} from './command-table';
import {Configuration, EnrolmentCode} from './plane-parts';
import {Changes} from './reported';
import {planeTone} from './states';

const w = words.planes;
const LOOK_AGAIN_MS = 10_000;

export function DataPlaneDetail({id}: {id: string}) {
  const {calls, at, can} = useWorkspace();
  const loaded = useLoad(signal => calls.dataPlane(id, signal), [id]);
  const commands = useLoad(async signal => (await calls.commands(signal, undefined, 200)).data.filter(one => one.data_plane_id === id), [id]);
  usePoll(loaded.reload, LOOK_AGAIN_MS, true);
  const plane = loaded.data;
  return (
    <Page title={plane?.name ?? words.loading} back={{to: at('/data-planes'), text: w.title}} intro={plane && w.stateMeaning[plane.state]}
      chip={plane && <Chip tone={planeTone[plane.state]}>{w.states[plane.state]}</Chip>}
      actions={plane && can('data_planes_write') && <Actions plane={plane} onChanged={loaded.reload} />}>
      <Ready of={loaded}>{data => (
        <>
          {data.waiting_changes ? (
            <Card title={`${w.waiting}: ${data.waiting_changes}`} intro={w.approveAt}><Exact text="bin/authpipe approve" label={w.approveAt} prompt /></Card>
          ) : null}
          <PlaneFacts plane={data} />
          <Changes plane={id} />
          {data.home && can('audit_read') && <Checkpoints plane={id} />}
          <Card title={w.commands} flush={(commands.data?.length ?? 0) > 0}>
            <Ready of={commands}>{found => found.length === 0 ? <p className="soft">{w.noCommands}</p>
              : <CommandTable caption={w.commands} commands={found} withTarget />}</Ready>
          </Card>
        </>
      )}</Ready>
    </Page>
  );
}

function PlaneFacts({plane}: {plane: DataPlane}) {
  const dash = <span className="soft">–</span>;
  return (
    <Card title={words.details}>
      <Facts>
        <Fact name="ID"><Id>{plane.id}</Id></Fact>
        <Fact name={w.lastSeen}><Time at={plane.last_seen_at} as="ago" /></Fact>
        <Fact name={w.configuration}><Configuration plane={plane} /> {plane.applied_version !== undefined && <span className="soft small">{w.version(plane.applied_version)}</span>}</Fact>
        <Fact name={w.waiting}>{plane.waiting_changes ?? dash}</Fact>
        <Fact name={w.outbox}>{plane.outbox ?? dash}</Fact>
        <Fact name={w.lost}>{plane.lost ? <Chip tone="warn">{plane.lost}</Chip> : plane.lost ?? dash}</Fact>
        <Fact name={w.trust}>{plane.trust === undefined ? dash : plane.trust === 'none' ? w.trustNone : <Chip tone="warn">{w.trustEverything}</Chip>}</Fact>
        <Fact name={w.software}>{plane.software ?? dash}</Fact>
        <Fact name={w.regions}>{plane.regions.join(', ')}</Fact>
        <Fact name={w.serving}>{plane.serving ? words.yes : words.no}</Fact>
        <Fact name={w.home}>{plane.home ? words.yes : w.homeNo}</Fact>
        <Fact name={w.enrolled}><Time at={plane.enrolled_at} as="full" /></Fact>
        <Fact name={w.created}><Time at={plane.created_at} as="full" /></Fact>
      </Facts>
    </Card>
  );
}

function Checkpoints({plane}: {plane: string}) {
  const {calls} = useWorkspace();
  const loaded = useLoad(signal => calls.checkpoints(plane, signal), [plane]);
  return (
    <Card title={w.checkpoints} intro={w.checkpointsIntro} flush={(loaded.data?.data.length ?? 0) > 0}>
      <Ready of={loaded}>{({data}) => data.length === 0 ? <p className="soft">{w.noCheckpoints}</p> : (
        <Table<WitnessedCheckpoint> caption={w.checkpoints} rows={data} keyOf={one => one.origin} columns={[
          {head: w.origin, cell: one => <><code className="id">{one.origin}</code>{one.refused_at && <span className="under"><Chip tone="bad">{w.fork}</Chip></span>}</>},
          {head: w.size, number: true, cell: one => one.size.toLocaleString('en')},
          {head: w.epoch, number: true, cell: one => one.epoch},
          {head: w.witnessed, cell: one => <Time at={one.witnessed_at} />},
          {head: w.copyNote, actions: true, cell: one => (
            <button type="button" className="button small" onClick={() => void navigator.clipboard.writeText(one.note).then(() => say(words.copied), () => say(words.copyFailed))}>{w.copyNote}</button>
          )},
        ]} />
      )}</Ready>
    </Card>
  );
}

function Actions({plane, onChanged}: {plane: DataPlane; onChanged: () => void}) {
  const {calls} = useWorkspace();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  return (
    <>
      {enrolment && (
        <Dialog title={w.codeTitle} onClose={() => setEnrolment(undefined)}>
          <EnrolmentCode enrolment={enrolment} onDone={() => {
            setEnrolment(undefined);
            onChanged();
          }} />
        </Dialog>
      )}
      {plane.home && plane.state === 'created' && (
        <Ask button={w.newCode}>{close => (
          <Confirm title={w.newCode} meaning={w.codeOnce} submit={w.newCode} onClose={close} onConfirm={async () => setEnrolment(await calls.enrolmentCode(plane.id))} />
        )}</Ask>
      )}
      {plane.state !== 'revoked' && (plane.serving ? (
        <Ask button={w.unassign}>{close => (
          <Confirm title={w.unassignTitle} meaning={w.unassignMeaning} submit={w.unassign} danger onClose={close} onConfirm={async () => {
            await calls.unassign(plane.id);
            onChanged();
          }} />
        )}</Ask>
      ) : (
        <Ask button={w.assign}>{close => (
          <Confirm title={w.assign} meaning={w.assigned} submit={w.assign} onClose={close} onConfirm={async () => {
            await calls.assign(plane.id);
            onChanged();
          }} />
        )}</Ask>
      ))}
      {plane.home && plane.state !== 'revoked' && (
        <Ask button={w.revoke} className="button quiet-danger">{close => (
          <Confirm title={w.revokeTitle(plane.name)} meaning={w.revokeMeaning} submit={w.revoke} danger typed={plane.name} onClose={close} onConfirm={async () => {
            await calls.revokeDataPlane(plane.id);
            say(w.revoked);
            onChanged();
          }} />
        )}</Ask>
      )}
    </>
  );
}
