-- The control plane's store: metadata and nothing else. No column may hold a customer credential, a key or a hash of one. The workspace with
-- the nil id stands for the plane itself: it has an audit log and idempotent requests, but no row here.

create table workspace (
  workspace_id uuid primary key check (workspace_id <> '00000000-0000-0000-0000-000000000000'),
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  display_name text not null check (length(display_name) between 1 and 100),
  region text not null check (region ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  plan text not null check (plan ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deletion_requested_at timestamptz
);
comment on table workspace is 'owner room: workspace. Tenants with region and plan; the region never changes here. One whose deletion was asked for stays until the proxies of its region have destroyed its keys.';
create unique index workspace_name on workspace (name);

create table idempotent_request (
  workspace_id uuid not null,
  person_id uuid not null,
  key_hash bytea not null check (length(key_hash) = 32),
  request_hash bytea not null check (length(request_hash) = 32),
  status integer,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (workspace_id, person_id, key_hash)
);
comment on table idempotent_request is 'owner room: http. Idempotency-Key answers of the last 24 hours, written in the transaction of the change; never an answer with a one-time code.';
create index idempotent_request_by_age on idempotent_request (created_at);

create table audit_head (
  workspace_id uuid primary key,
  size bigint not null check (size >= 0),
  epoch integer not null default 0,
  frontier bytea not null,
  check (length(frontier) = 32 * bit_count(int8send(size)))
);
comment on table audit_head is 'owner room: audit. Size and frontier of each Merkle tree; locked last in a transaction, in the order of workspaces.';

create table audit_event (
  workspace_id uuid not null,
  seq bigint not null check (seq >= 0),
  event_id uuid not null,
  recorded_at timestamptz not null,
  type text not null,
  object_id text not null,
  leaf bytea not null check (length(leaf) = 32),
  body bytea,
  primary key (workspace_id, seq)
);
comment on table audit_event is 'owner room: audit. Canonical event bytes and their leaf hash; insert and select only. The other columns only find events.';
create index audit_event_object on audit_event (workspace_id, object_id, seq);
create index audit_event_type on audit_event (workspace_id, type, seq);
create index audit_event_id on audit_event (workspace_id, event_id);

-- Row-level security: without the workspace set there are no rows, for the owner too.
do $$
declare t text;
begin
  foreach t in array array['workspace', 'idempotent_request', 'audit_head', 'audit_event']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
  end loop;
  foreach t in array array['workspace', 'idempotent_request']
  loop
    execute format('create policy lookup on %I for select to control_lookup using (true)', t);
    execute format('grant select on %I to control_lookup', t);
  end loop;
end $$;

grant usage on schema public to control_app, control_lookup;
grant select, insert, update, delete on idempotent_request to control_app;
grant select, insert, update on workspace, audit_head to control_app;
grant select, insert on audit_event to control_app;

-- Look-ups that start without a workspace. They return workspace and row ids, nothing else.
create function list_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from workspace w order by w.workspace_id';
create function list_old_idempotent_requests() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select distinct i.workspace_id from idempotent_request i where i.created_at < now() - interval ''24 hours''';

do $$
declare f text;
begin
  grant create on schema public to control_lookup;
  foreach f in array array['list_workspaces()', 'list_old_idempotent_requests()']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to control_app', f);
    execute format('alter function %s owner to control_lookup', f);
  end loop;
  revoke create on schema public from control_lookup;
end $$;
