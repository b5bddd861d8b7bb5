-- The configuration of workspaces, and what proxies told about it. No column may hold a secret, a key or a hash of one, nor anything about an
-- end user.

create table configuration_version (
  workspace_id uuid primary key,
  version bigint not null check (version > 0),
  updated_at timestamptz not null default now()
);
comment on table configuration_version is 'owner room: workspace. Counts the changes of what proxies are told about a workspace; raised in the transaction of each change.';

create table policy (
  workspace_id uuid primary key,
  retention_days integer not null check (retention_days between 0 and 30),
  strict_audit boolean not null,
  connect_origin text check (length(connect_origin) <= 255),
  version bigint not null default 1 check (version > 0),
  updated_at timestamptz not null default now()
);
comment on table policy is 'owner room: policy. Rules of a whole workspace; without a row the usual ones hold. connect_origin is shown in instructions and sent nowhere.';

create table branding (
  workspace_id uuid primary key,
  accent_color text check (accent_color ~ '^#[0-9a-f]{6}$'),
  background_color text check (background_color ~ '^#[0-9a-f]{6}$'),
  support_url text check (length(support_url) <= 2048),
  privacy_url text check (length(privacy_url) <= 2048),
  logo bytea check (length(logo) between 1 and 65536),
  version bigint not null default 1 check (version > 0),
  updated_at timestamptz not null default now()
);
comment on table branding is 'owner room: policy. Looks of the pages that end users see; the logo is a PNG.';

create table webhook_endpoint (
  workspace_id uuid not null,
  webhook_id uuid not null,
  url text not null check (url like 'https://%' and length(url) <= 2048),
  events text[] not null check (cardinality(events) between 1 and 20),
  description text not null check (length(description) <= 200),
  disabled boolean not null,
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, webhook_id)
);
comment on table webhook_endpoint is 'owner room: policy. Where the application wants to be told; its signing secret is made and kept by the proxy.';

create table integration (
  workspace_id uuid not null,
  integration_id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  provider text not null check (provider ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  client_id text not null check (length(client_id) <= 255),
  scopes text[] not null,
  return_urls text[] not null,
  params jsonb not null,
  application_name text not null check (length(application_name) between 1 and 100),
  note text not null check (length(note) <= 2000),
  proxy_only boolean not null,
  disabled boolean not null,
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  secret_present_since timestamptz,
  secret_version integer,
  primary key (workspace_id, integration_id)
);
comment on table integration is 'owner room: integration. Client registrations; of the client secret only since when a proxy has it.';
create unique index integration_slug on integration (workspace_id, slug);

create table api_key_request (
  workspace_id uuid not null,
  request_id uuid not null,
  person_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  scopes text[] not null check (cardinality(scopes) > 0),
  integrations uuid[],
  calls_per_minute integer check (calls_per_minute > 0),
  calls_per_month bigint check (calls_per_month > 0),
  expires_at timestamptz,
  require_end_user boolean not null,
  status text not null default 'waiting' check (status in ('waiting', 'made')),
  key_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, request_id),
  check ((status = 'made') = (key_id is not null))
);
comment on table api_key_request is 'owner room: apikey. Wishes for keys that only a proxy can make; a withdrawn one is gone. person_id is the random id of who asked.';

create table api_key (
  workspace_id uuid not null,
  key_id uuid not null,
  request_id uuid,
  name text not null check (length(name) <= 100),
  scopes text[] not null,
  integrations uuid[],
  calls_per_minute integer check (calls_per_minute > 0),
  calls_per_month bigint check (calls_per_month > 0),
  expires_at timestamptz,
  require_end_user boolean not null,
  disabled boolean not null default false,
  status text not null check (status in ('active', 'revoked')),
  version bigint not null default 1 check (version > 0),
  created_at timestamptz not null,
  reported_at timestamptz not null,
  primary key (workspace_id, key_id)
);
comment on table api_key is 'owner room: apikey. Keys as proxies told of them and as they were narrowed since; neither a key nor a hash of one.';

create table connection (
  workspace_id uuid not null,
  connection_id uuid not null,
  integration_id uuid not null,
  status text not null check (status in ('active', 'disconnected', 'purged')),
  state text not null check (state in ('active', 'degraded', 'uncertain', 'reauth_required', 'revoked', 'key_unavailable')),
  reason text check (reason ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  scopes_missing integer not null check (scopes_missing >= 0),
  created_at timestamptz not null,
  reported_at timestamptz not null,
  primary key (workspace_id, connection_id)
);
comment on table connection is 'owner room: connection. Connections as proxies last told of them: random ids, states and times, nothing about an end user or an account.';
create index connection_by_integration on connection (workspace_id, integration_id, connection_id);
create index connection_by_state on connection (workspace_id, status, state, connection_id);

-- Row-level security: without the workspace set there are no rows, for the owner too.
do $$
declare t text;
begin
  foreach t in array array['configuration_version', 'policy', 'branding', 'webhook_endpoint', 'integration', 'api_key_request',
    'api_key', 'connection']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('grant select, insert, update on %I to control_app', t);
  end loop;
  foreach t in array array['webhook_endpoint', 'integration', 'api_key_request']
  loop
    execute format('grant delete on %I to control_app', t);
  end loop;
end $$;
