-- The data-plane link: enrolled proxies, what goes down to them and what they report. A proxy is administered in one workspace, its home, and
-- serves those that are assigned to it. Nothing here names an end user, holds a credential, or a key but our own command key, sealed.

create table command_key (
  workspace_id uuid primary key check (workspace_id = '00000000-0000-0000-0000-000000000000'),
  public_key bytea not null check (length(public_key) = 32),
  sealed bytea not null,
  created_at timestamptz not null default now()
);
comment on table command_key is 'owner room: dataplane. The Ed25519 key that signs commands, sealed under the key of the settings; one for the plane, made once.';

create table data_plane (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  regions text[] not null check (cardinality(regions) between 1 and 100),
  identity bytea check (length(identity) = 32),
  next_identity bytea check (length(next_identity) = 32),
  created_at timestamptz not null default now(),
  enrolled_at timestamptz,
  revoked_at timestamptz,
  feed_version bigint not null default 0 check (feed_version >= 0),
  feed_hash bytea check (length(feed_hash) = 32),
  feed_issued_at timestamptz,
  command_seq bigint not null default 0 check (command_seq >= 0),
  report_next bigint check (report_next >= 0),
  reports_lost bigint not null default 0 check (reports_lost >= 0),
  heartbeat_at timestamptz,
  software text,
  applied_version bigint,
  waiting_changes bigint,
  outbox bigint,
  lost bigint,
  trust text,
  served_regions text[],
  primary key (workspace_id, data_plane_id),
  check ((identity is null) = (enrolled_at is null)),
  check (next_identity is null or identity is not null)
);
comment on table data_plane is 'owner room: dataplane. Proxies by home workspace: pinned identities, how they said they are, and the numbers of the link. A revoked one keeps its identity, so that its key is never enrolled again.';
create unique index data_plane_identity on data_plane (identity);
create unique index data_plane_next_identity on data_plane (next_identity);

create table data_plane_enrolment (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  sealed bytea not null,
  expires_at timestamptz not null,
  primary key (workspace_id, data_plane_id),
  foreign key (workspace_id, data_plane_id) references data_plane
);
comment on table data_plane_enrolment is 'owner room: dataplane. The open enrolment code of a proxy: its secret, sealed, for the check of a proof. Deleted by its one use.';
create index data_plane_enrolment_end on data_plane_enrolment (expires_at);

create table data_plane_workspace (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  home_id uuid not null,
  assigned_at timestamptz not null default now(),
  primary key (workspace_id, data_plane_id)
);
comment on table data_plane_workspace is 'owner room: dataplane. Which proxies serve a workspace; a row is the permission of the workspace''s own admins.';
create index data_plane_workspace_plane on data_plane_workspace (data_plane_id, workspace_id);

create table data_plane_command (
  workspace_id uuid not null,
  command_id uuid not null,
  data_plane_id uuid not null,
  seq bigint not null check (seq > 0),
  kind text not null,
  target text not null,
  payload text not null,
  signature bytea not null check (length(signature) = 64),
  issued_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > issued_at and expires_at <= issued_at + interval '24 hours'),
  status text not null default 'issued' check (status in ('issued', 'waiting', 'done', 'refused', 'expired', 'failed')),
  reason text,
  connections bigint,
  answered_at timestamptz,
  primary key (workspace_id, command_id)
);
comment on table data_plane_command is 'owner room: dataplane. Signed commands, numbered per proxy without repetition, and what became of them.';
create unique index data_plane_command_seq on data_plane_command (data_plane_id, seq);

create table data_plane_change (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  change_id uuid not null,
  status text not null check (status in ('waiting', 'applied', 'approved', 'refused', 'withdrawn')),
  reported_at timestamptz not null,
  primary key (workspace_id, data_plane_id, change_id)
);
comment on table data_plane_change is 'owner room: dataplane. How far each proxy is with each change of its feed.';

create table data_plane_erasure (
  workspace_id uuid not null,
  erasure_id uuid not null,
  connections integer not null check (connections >= 0),
  pending integer not null check (pending >= 0),
  reported_at timestamptz not null,
  primary key (workspace_id, erasure_id)
);
comment on table data_plane_erasure is 'owner room: dataplane. Erasures at proxies, as counts; never whose.';

create table data_plane_job (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  job text not null check (length(job) <= 64),
  status text not null check (status in ('done', 'failed')),
  reason text,
  reported_at timestamptz not null,
  primary key (workspace_id, data_plane_id, job)
);
comment on table data_plane_job is 'owner room: dataplane. How the scheduled work of a proxy ended last.';

create table witnessed_checkpoint (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  origin text not null check (length(origin) <= 200),
  size bigint not null check (size >= 0),
  root bytea not null check (length(root) = 32),
  epoch integer not null check (epoch >= 0),
  note text not null check (length(note) <= 4096),
  witnessed_at timestamptz not null,
  refused_note text check (length(refused_note) <= 4096),
  refused_at timestamptz,
  primary key (workspace_id, data_plane_id, origin)
);
comment on table witnessed_checkpoint is 'owner room: witness. The last checkpoint of each log of each proxy, and the last one that was refused, as evidence.';

create table declared_restore (
  workspace_id uuid not null,
  data_plane_id uuid not null,
  epoch integer not null check (epoch > 0),
  declared_at timestamptz not null default now(),
  primary key (workspace_id, data_plane_id)
);
comment on table declared_restore is 'owner room: witness. The restore that an owner or admin declared: for 24 hours logs may break to this epoch and no other.';

create table usage_hour (
  workspace_id uuid not null,
  hour timestamptz not null check (date_trunc('hour', hour, 'UTC') = hour),
  integration_id uuid not null,
  api_key_id uuid not null,
  calls bigint not null default 0 check (calls >= 0),
  token_reads bigint not null default 0 check (token_reads >= 0),
  refused bigint not null default 0 check (refused >= 0),
  failed bigint not null default 0 check (failed >= 0),
  provider_errors bigint not null default 0 check (provider_errors >= 0),
  refreshes bigint not null default 0 check (refreshes >= 0),
  primary key (workspace_id, hour, integration_id, api_key_id)
);
comment on table usage_hour is 'owner room: analytics. Usage by hour, integration and API key, summed over replicas and windows.';

do $$
declare t text;
begin
  foreach t in array array['command_key', 'data_plane', 'data_plane_enrolment', 'data_plane_workspace', 'data_plane_command',
    'data_plane_change', 'data_plane_erasure', 'data_plane_job', 'witnessed_checkpoint', 'declared_restore', 'usage_hour']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('grant select, insert, update on %I to control_app', t);
  end loop;
  foreach t in array array['data_plane', 'data_plane_enrolment', 'data_plane_workspace', 'data_plane_command']
  loop
    execute format('create policy lookup on %I for select to control_lookup using (true)', t);
    execute format('grant select on %I to control_lookup', t);
  end loop;
end $$;
grant delete on data_plane_enrolment, data_plane_workspace, data_plane_change, usage_hour to control_app;
revoke update on command_key from control_app;

create policy lookup on configuration_version for select to control_lookup using (true);
grant select on configuration_version to control_lookup;

-- Who waits for a change of what proxies are told is woken when it commits.
create function announce_configuration() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('authpipe_link', '');
  return null;
end $$;
create trigger announce_configuration after insert or update on configuration_version
  for each statement execute function announce_configuration();

-- Look-ups that start without a workspace. They return workspace and row ids, and for the feed the version of a workspace's configuration.
create function find_data_plane(wanted bytea) returns table (workspace_id uuid, data_plane_id uuid, is_next boolean)
  language sql stable security definer set search_path = pg_catalog, public as
  'select d.workspace_id, d.data_plane_id, d.identity is distinct from wanted from data_plane d
   where (d.identity = wanted or d.next_identity = wanted) and d.revoked_at is null
   order by d.identity is distinct from wanted limit 1';
create function list_open_enrolments() returns table (workspace_id uuid, data_plane_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select e.workspace_id, e.data_plane_id from data_plane_enrolment e where e.expires_at > clock_timestamp() order by e.expires_at desc limit 10000';
create function list_served_workspaces(plane uuid) returns table (workspace_id uuid, version bigint)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id, coalesce(v.version, 0) from data_plane_workspace w left join configuration_version v using (workspace_id)
   where w.data_plane_id = plane order by w.workspace_id limit 10000';
create function list_open_commands(plane uuid, after bigint) returns table (workspace_id uuid, command_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select c.workspace_id, c.command_id from data_plane_command c
   join data_plane_workspace w on w.workspace_id = c.workspace_id and w.data_plane_id = c.data_plane_id
   where c.data_plane_id = plane and c.seq > after and c.status = ''issued'' and c.expires_at > clock_timestamp() order by c.seq limit 100';

do $$
declare f text;
begin
  grant create on schema public to control_lookup;
  foreach f in array array['find_data_plane(bytea)', 'list_open_enrolments()', 'list_served_workspaces(uuid)', 'list_open_commands(uuid, bigint)']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to control_app', f);
    execute format('alter function %s owner to control_lookup', f);
  end loop;
  revoke create on schema public from control_lookup;
end $$;
