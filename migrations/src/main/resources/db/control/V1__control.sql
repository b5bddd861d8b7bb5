-- The control plane's store: metadata and nothing else. No column may hold a customer credential, a key or a hash of one.

create table workspace (
  workspace_id uuid primary key,
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  region text not null,
  plan text not null,
  created_at timestamptz not null default now()
);
comment on table workspace is 'owner room: workspace. Tenants with region and plan.';
create unique index workspace_name on workspace (name);

create table integration (
  workspace_id uuid not null,
  integration_id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  provider text not null,
  client_id text not null,
  scopes text[] not null default '{}',
  return_urls text[] not null default '{}',
  secret_present_since timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, integration_id),
  unique (workspace_id, slug),
  foreign key (workspace_id) references workspace
);
comment on table integration is 'owner room: integration. Client registrations without their secret, only since when it is present.';

create table api_key (
  workspace_id uuid not null,
  key_id uuid not null,
  name text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, key_id),
  foreign key (workspace_id) references workspace
);
comment on table api_key is 'owner room: apikey. Metadata of API keys; neither the key nor its hash.';

create table connection (
  workspace_id uuid not null,
  connection_id uuid not null,
  integration_id uuid not null,
  status text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id) references workspace
);
comment on table connection is 'owner room: connection. Life of each connection as reported; no end user, no account.';

create table audit_head (
  workspace_id uuid primary key,
  size bigint not null check (size >= 0),
  epoch integer not null default 0,
  frontier bytea not null check (length(frontier) % 32 = 0)
);
comment on table audit_head is 'owner room: audit. Size and frontier of each Merkle tree.';

create table audit_event (
  workspace_id uuid not null,
  seq bigint not null check (seq >= 0),
  event_id uuid not null,
  recorded_at timestamptz not null,
  type text not null,
  leaf bytea not null check (length(leaf) = 32),
  body bytea,
  primary key (workspace_id, seq)
);
comment on table audit_event is 'owner room: audit. Canonical event bytes and their leaf hash; insert and select only.';

do $$
declare t text;
begin
  foreach t in array array['workspace', 'integration', 'api_key', 'connection', 'audit_head', 'audit_event']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
  end loop;
  execute 'create policy lookup on workspace for select to control_lookup using (true)';
  execute 'grant select on workspace to control_lookup';
end $$;

grant usage on schema public to control_app, control_lookup;
grant select, insert, update, delete on integration, api_key, connection to control_app;
grant select, insert, update on workspace, audit_head to control_app;
grant select, insert on audit_event to control_app;

create function list_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from workspace w order by w.workspace_id';
revoke all on function list_workspaces() from public;
grant execute on function list_workspaces() to control_app;
grant create on schema public to control_lookup;
alter function list_workspaces() owner to control_lookup;
revoke create on schema public from control_lookup;
