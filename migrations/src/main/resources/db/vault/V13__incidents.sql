-- Incidents: the end or renewal of every connection of a workspace at once (docs/incidents.md), in rows that any replica goes on with.

create table incident (
  workspace_id uuid not null,
  incident_id uuid not null,
  kind text not null check (kind in ('revoke_all', 'rotate_all')),
  integration_id uuid,
  state text not null check (state in ('collecting', 'working', 'completed')),
  requested_by uuid,
  collected_to uuid,
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (workspace_id, incident_id),
  check ((state = 'completed') = (completed_at is not null))
);
comment on table incident is 'owner room: incident. Asked for by an API key, or by the operator where that is null; collected_to is the connection that was taken up last. Names nobody.';
create unique index incident_under_way on incident (workspace_id, kind, coalesce(integration_id, '00000000-0000-0000-0000-000000000000'))
  where state <> 'completed';

create table incident_step (
  workspace_id uuid not null,
  incident_id uuid not null,
  connection_id uuid not null,
  integration_id uuid not null,
  provider text not null,
  base_generation bigint,
  revocation_id uuid,
  outcome text not null,
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (workspace_id, incident_id, connection_id)
);
comment on table incident_step is 'owner room: incident. One connection of an incident: how far it is. The generation it began with and the old access token it owes, where it is renewed.';
create index incident_step_due on incident_step (workspace_id, incident_id, provider, next_at) where done_at is null;

create table incident_report (
  workspace_id uuid not null,
  incident_id uuid not null,
  part integer not null check (part > 0),
  note text not null,
  primary key (workspace_id, incident_id, part)
);
comment on table incident_report is 'owner room: incident. The signed documents that say what became of each connection (docs/document-format.md).';

do $$
declare t text;
begin
  foreach t in array array['incident', 'incident_step', 'incident_report']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update, delete on incident, incident_step, incident_report to vault_app;

-- An old access token that is revoked because its credential was renewed.
alter table revocation drop constraint revocation_reason_check;
alter table revocation add constraint revocation_reason_check check (reason in ('disconnect', 'erasure', 'replaced', 'late_answer',
  'malformed_answer', 'unwanted_answer', 'seal_refused', 'rotated'));
