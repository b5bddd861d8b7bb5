import {useMemo, useState} from 'react';
import {idempotency} from '../api/client';
import type {Invitation, Member, Role} from '../api/types';
import {useLoad} from '../load';
import {useSigned, useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm} from '../ui/dialog';
import {CheckField, Group, TextField} from '../ui/form';
import {Card, Chip, Page, Ready, Time} from '../ui/parts';
import {type Column, Table} from '../ui/table';
import {words} from '../words';

const w = words.members;
const ROLES: Role[] = ['owner', 'admin', 'developer', 'support', 'viewer'];

export function Members() {
  const {calls, can, workspace} = useWorkspace();
  const members = useLoad(signal => calls.members(signal), [workspace.id]);
  const invitations = useLoad(async signal => can('members_write') ? (await calls.invitations(signal)).data : [], [workspace.id]);
  return (
    <Page title={w.title} intro={w.intro} actions={can('members_write') && (
      <Ask button={w.invite} className="button primary">{close => <Invite close={close} onInvited={invitations.reload} />}</Ask>
    )}>
      <Ready of={members}>{({data}) => <Card flush><MemberTable members={data} onChanged={members.reload} /></Card>}</Ready>
      <Ready of={invitations}>{data => data.length === 0 ? null : (
        <Card title={w.invitations} flush><InvitationTable invitations={data} onChanged={invitations.reload} /></Card>
      )}</Ready>
    </Page>
  );
}

function MemberTable({members, onChanged}: {members: Member[]; onChanged: () => void}) {
  const {can, workspace} = useWorkspace();
  const {session} = useSigned();
  const columns: Column<Member>[] = [
    {head: w.name, cell: one => <>{one.display_name}{one.person_id === session?.person_id && <span className="soft"> ({w.you})</span>}<span className="under soft small">{one.email}</span></>},
    {head: w.role, cell: one => words.role[one.role]},
    {head: w.factor, cell: one => one.second_factor ? <Chip tone="good">{words.yes}</Chip> : <Chip tone={one.role === 'owner' || one.role === 'admin' ? 'warn' : 'off'}>{words.no}</Chip>},
    {head: w.joined, cell: one => <Time at={one.joined_at} as="date" />},
  ];
  if (can('members_write')) {
    const others = (one: Member) => one.person_id !== session?.person_id && (one.role !== 'owner' || workspace.role === 'owner');
    columns.push({head: w.change, actions: true, cell: one => others(one) && <MemberActions member={one} onChanged={onChanged} />});
  }
  return <Table<Member> caption={w.title} rows={members} keyOf={one => one.person_id} columns={columns} />;
}

function MemberActions({member, onChanged}: {member: Member; onChanged: () => void}) {
  const {calls} = useWorkspace();
  return (
    <span className="row-actions">
      <Ask button={w.change} label={`${w.change}: ${member.display_name}`} className="button small">{close => <ChangeRole member={member} close={close} onChanged={onChanged} />}</Ask>
      <Ask button={w.remove} label={`${w.remove}: ${member.display_name}`} className="button small quiet-danger">{close => (
        <Confirm title={w.removeTitle(member.display_name)} meaning={w.removeMeaning} submit={w.remove} danger onClose={close} onConfirm={async () => {
          await calls.removeMember(member.person_id);
          onChanged();
        }} />
      )}</Ask>
    </span>
  );
}

function ChangeRole({member, close, onChanged}: {member: Member; close: () => void; onChanged: () => void}) {
  const {calls} = useWorkspace();
  const [role, setRole] = useState(member.role);
  return (
    <Confirm title={w.changeTitle(member.display_name)} meaning={w.changeMeaning} submit={w.changeSubmit} onClose={close} onConfirm={async () => {
      await calls.changeRole(member.person_id, role);
      say(words.saved);
      onChanged();
    }}>
      <RoleChoice role={role} onChange={setRole} />
    </Confirm>
  );
}

/** Only an owner makes owners. */
function RoleChoice({role, onChange}: {role: Role; onChange: (role: Role) => void}) {
  const {workspace} = useWorkspace();
  return (
    <Group legend={w.role}>
      {ROLES.filter(one => one !== 'owner' || workspace.role === 'owner').map(one => (
        <CheckField key={one} type="radio" name="role" label={words.role[one]} hint={words.roleMeaning[one]} checked={role === one} onChange={() => onChange(one)} />
      ))}
    </Group>
  );
}

function Invite({close, onInvited}: {close: () => void; onInvited: () => void}) {
  const {calls} = useWorkspace();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const key = useMemo(idempotency, []);
  return (
    <Confirm title={w.inviteTitle} meaning={w.inviteMeaning} submit={w.inviteSubmit} onClose={close} onConfirm={async () => {
      const body = {email: email.trim(), role};
      await calls.invite(body, key(body));
      say(w.invited(body.email));
      onInvited();
    }}>
      <TextField label={w.email} type="email" value={email} onChange={setEmail} autoComplete="off" />
      <RoleChoice role={role} onChange={setRole} />
    </Confirm>
  );
}

function InvitationTable({invitations, onChanged}: {invitations: Invitation[]; onChanged: () => void}) {
  const {calls} = useWorkspace();
  return (
    <Table<Invitation> caption={w.invitations} rows={invitations} keyOf={one => one.id} columns={[
      {head: w.email, cell: one => one.email},
      {head: w.role, cell: one => one.role ? words.role[one.role] : words.none},
      {head: w.sent, cell: one => <Time at={one.created_at} />},
      {head: w.expires, cell: one => <Time at={one.expires_at} />},
      {head: w.withdraw, actions: true, cell: one => (
        <Ask button={w.withdraw} label={`${w.withdraw}: ${one.email}`} className="button small">{close => (
          <Confirm title={w.withdrawTitle(one.email)} meaning={w.withdrawMeaning} submit={w.withdraw} danger onClose={close} onConfirm={async () => {
            await calls.withdrawInvitation(one.id);
            onChanged();
          }} />
        )}</Ask>
      )},
    ]} />
  );
}
