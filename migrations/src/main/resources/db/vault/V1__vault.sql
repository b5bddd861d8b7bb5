-- The vault store: everything the proxy keeps about connections. No column holds a plaintext secret.
-- Every tenant table leads its primary key with workspace_id and is guarded by row-level security.
-- The nil workspace id (all zero bits) is the store itself: its audit log and nothing else.

create table workspace (
  workspace_id uuid primary key,
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kek_name text not null,
  settings_hash bytea not null default sha256('') check (length(settings_hash) = 32),
  created_at timestamptz not null default now(),
  mac bytea not null
);
comment on table workspace is 'owner room: catalog. Isolation boundaries; mac under the authority key. The hash only tells whether settings changed.';
create unique index workspace_name on workspace (name);

create table deployment_key (
  purpose text not null,
  key_version integer not null,
  kek_name text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (purpose, key_version)
);
comment on table deployment_key is 'owner room: envelope. Wrapped keysets of the deployment, one purpose each; no tenant data.';

create table workspace_keyset (
  workspace_id uuid not null,
  keyset_version integer not null,
  kek_name text not null,
  wrapped bytea not null,
  state text not null check (state in ('pending', 'opens_only', 'active', 'decrypt_only', 'destroyed')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, keyset_version)
);
comment on table workspace_keyset is 'owner room: envelope. Data-encryption keysets of workspaces, wrapped by the KEK the workspace picked.';
create unique index workspace_keyset_active on workspace_keyset (workspace_id) where state = 'active';

create table api_key (
  workspace_id uuid not null,
  key_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  hash bytea not null check (length(hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0),
  integrations uuid[],
  ip_ranges text[],
  require_end_user boolean not null default false,
  calls_per_minute integer check (calls_per_minute > 0),
  calls_per_month bigint check (calls_per_month > 0),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  mac bytea not null,
  primary key (workspace_id, key_id)
);
comment on table api_key is 'owner room: caller. API keys as HMAC-SHA-256 only; mac under the authority key covers everything that grants.';
create unique index api_key_id on api_key (key_id);

create table api_key_usage (
  workspace_id uuid not null,
  key_id uuid not null,
  month date not null,
  calls bigint not null default 0,
  primary key (workspace_id, key_id, month)
);
comment on table api_key_usage is 'owner room: caller. Calls per API key and calendar month, for the month cap.';

create table idempotent_request (
  workspace_id uuid not null,
  key_id uuid not null,
  key_hash bytea not null,
  request_hash bytea not null,
  status integer,
  sealed_response bytea,
  end_user_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, key_id, key_hash)
);
comment on table idempotent_request is 'owner room: caller. Idempotency-Key answers of the last 24 hours; the answer is sealed, the random id of the person it names lets it be erased with them.';
create index idempotent_request_by_end_user on idempotent_request (workspace_id, end_user_id) where end_user_id is not null;

create table integration (
  workspace_id uuid not null,
  integration_id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  provider text not null,
  settings_hash bytea not null default sha256('') check (length(settings_hash) = 32),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  mac bytea not null,
  primary key (workspace_id, integration_id),
  unique (workspace_id, slug)
);
comment on table integration is 'owner room: catalog. The stable id of each integration; mac under the authority key. The hash only tells whether settings changed; one that left the configuration is disabled, never deleted.';
create unique index integration_id_unique on integration (integration_id);

create table end_user (
  workspace_id uuid not null,
  end_user_id uuid not null,
  identifier text not null check (length(identifier) between 1 and 256),
  display_name text check (length(display_name) <= 256),
  email text check (length(email) <= 320),
  created_at timestamptz not null default now(),
  primary key (workspace_id, end_user_id),
  unique (workspace_id, identifier)
);
comment on table end_user is 'owner room: vault. Random id of each end user to the customer''s name for them; the row is erased with the person.';

create table provider_account (
  workspace_id uuid not null,
  account_id uuid not null,
  integration_id uuid not null,
  identifier text not null check (length(identifier) between 1 and 512),
  label text check (length(label) <= 512),
  created_at timestamptz not null default now(),
  primary key (workspace_id, account_id),
  unique (workspace_id, integration_id, identifier)
);
comment on table provider_account is 'owner room: vault. Random id of each account at a provider; the row is erased with its last connection''s person.';

create table connection (
  workspace_id uuid not null,
  connection_id uuid not null,
  integration_id uuid not null,
  provider text not null,
  end_user_id uuid not null,
  account_id uuid,
  status text not null check (status in ('active', 'disconnected')),
  scopes_requested text[] not null default '{}',
  scopes_granted text[] not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disconnected_at timestamptz,
  purge_after timestamptz,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, integration_id) references integration,
  foreign key (workspace_id, end_user_id) references end_user,
  foreign key (workspace_id, account_id) references provider_account,
  check ((status = 'disconnected') = (disconnected_at is not null))
);
comment on table connection is 'owner room: vault. One authorized link of one end user through one integration; no secret.';
create index connection_by_end_user on connection (workspace_id, end_user_id);
create index connection_by_integration on connection (workspace_id, integration_id);
create index connection_by_account on connection (workspace_id, account_id);
create index connection_purge on connection (purge_after) where purge_after is not null;

create table credential (
  workspace_id uuid not null,
  connection_id uuid not null,
  generation bigint not null check (generation > 0),
  sealed bytea,
  access_expires_at timestamptz,
  refresh_expires_at timestamptz,
  state text not null check (state in ('ACTIVE', 'DEGRADED', 'UNCERTAIN', 'REAUTH_REQUIRED', 'REVOKED', 'KEY_UNAVAILABLE')),
  issued_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connection on delete cascade,
  check (sealed is not null or state = 'REVOKED')
);
comment on table credential is 'owner room: vault. The sealed secret of a connection, replaced only by compare-and-set on generation; erased, the row keeps its generation so that no value is ever sealed under the same one again.';
create index credential_expiry on credential (access_expires_at) where state in ('ACTIVE', 'DEGRADED');

create table refresh_lease (
  workspace_id uuid not null,
  connection_id uuid not null,
  fence bigint not null default 0,
  owner text,
  lease_until timestamptz,
  attempt_id uuid,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connection on delete cascade
);
comment on table refresh_lease is 'owner room: vault. Who may refresh a connection now; the fence only rises.';

create table refresh_attempt (
  workspace_id uuid not null,
  attempt_id uuid not null,
  connection_id uuid not null,
  base_generation bigint not null,
  fence bigint not null,
  cause text not null check (cause in ('due', 'forced', 'invalid_token', 'repeat')),
  state text not null check (state in ('CLAIMED', 'SENT', 'RECEIVED', 'COMMITTED', 'FAILED_TRANSIENT', 'FAILED_TERMINAL', 'UNKNOWN', 'ABANDONED')),
  claimed_at timestamptz not null default now(),
  sent_at timestamptz,
  done_at timestamptz,
  outcome text,
  http_status integer,
  retry_at timestamptz,
  primary key (workspace_id, attempt_id),
  foreign key (workspace_id, connection_id) references connection on delete cascade
);
comment on table refresh_attempt is 'owner room: refresh. The intent and result of each trip to a token endpoint.';
create index refresh_attempt_by_connection on refresh_attempt (workspace_id, connection_id, claimed_at desc);

create table credential_candidate (
  workspace_id uuid not null,
  connection_id uuid not null,
  attempt_id uuid not null,
  base_generation bigint not null,
  sealed bytea not null,
  access_expires_at timestamptz,
  refresh_expires_at timestamptz,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (workspace_id, connection_id, attempt_id),
  foreign key (workspace_id, connection_id) references connection on delete cascade
);
comment on table credential_candidate is 'owner room: vault. Received answers that lost the compare-and-set; a received refresh token is never thrown away.';

create table connect_session (
  workspace_id uuid not null,
  session_id uuid not null,
  token_hash bytea not null check (length(token_hash) = 32),
  end_user_id uuid not null,
  created_by uuid not null,
  integrations uuid[] not null check (cardinality(integrations) > 0),
  return_url text not null,
  code_challenge text not null,
  scopes text[] not null default '{}',
  params jsonb not null default '{}',
  connection_id uuid,
  allow_account_change boolean not null default false,
  state text not null check (state in ('pending', 'authorized', 'finished', 'failed', 'expired')),
  reason text,
  attempts integer not null default 0,
  entries integer not null default 0,
  finish_code_hash bytea,
  authorized_attempt_id uuid,
  authorized_at timestamptz,
  finish_hash bytea,
  finished_at timestamptz,
  result_connection_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (workspace_id, session_id),
  foreign key (workspace_id, end_user_id) references end_user on delete cascade
);
comment on table connect_session is 'owner room: connect. Short-lived right to run the connect flow once; session token and finish code are stored hashed.';
create unique index connect_session_token on connect_session (token_hash);
create index connect_session_expiry on connect_session (expires_at);

create table connect_attempt (
  workspace_id uuid not null,
  attempt_id uuid not null,
  session_id uuid not null,
  integration_id uuid not null,
  state_hash bytea,
  browser_hash bytea not null,
  expected_issuer text,
  issuer_required boolean not null default false,
  redirect_uri text,
  token_endpoint text,
  params jsonb not null default '{}',
  scopes text[] not null default '{}',
  sealed_verifier bytea,
  sealed_code bytea,
  callback_params jsonb not null default '{}',
  state text not null check (state in ('open', 'taken', 'authorized', 'exchanging', 'finished', 'failed', 'superseded')),
  reason text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  taken_at timestamptz,
  sent_at timestamptz,
  primary key (workspace_id, attempt_id),
  foreign key (workspace_id, session_id) references connect_session on delete cascade
);
comment on table connect_attempt is 'owner room: connect. One trip to the authorization endpoint; the code or pending key is sealed and purged when not finished.';
create unique index connect_attempt_state on connect_attempt (state_hash);

create table revocation (
  workspace_id uuid not null,
  revocation_id uuid not null,
  connection_id uuid,
  integration_id uuid not null,
  account_id uuid,
  erasure_id uuid,
  provider text not null,
  reason text not null check (reason in ('disconnect', 'erasure', 'replaced', 'late_answer', 'malformed_answer', 'unwanted_answer', 'seal_refused')),
  sealed bytea,
  state text not null check (state in ('pending', 'confirmed', 'not_supported', 'not_sent', 'gave_up')),
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  last_outcome text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (workspace_id, revocation_id)
);
comment on table revocation is 'owner room: retire. Tokens owed to a provider''s revocation endpoint; sealed until confirmed, then the ciphertext is erased.';
create index revocation_due on revocation (next_at) where state = 'pending';
create index revocation_by_connection on revocation (workspace_id, connection_id);
create index revocation_by_erasure on revocation (workspace_id, erasure_id) where erasure_id is not null;

create table erasure (
  workspace_id uuid not null,
  erasure_id uuid not null,
  end_user_id uuid,
  state text not null check (state in ('pending', 'completed')),
  requested_by uuid,
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  receipt jsonb not null,
  primary key (workspace_id, erasure_id)
);
comment on table erasure is 'owner room: retire. What was erased and told to providers; names nobody.';

create table job (
  name text primary key,
  owner text,
  lease_until timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  failed_at timestamptz,
  failures integer not null default 0,
  reason text
);
comment on table job is 'owner room: job. One runner per cluster by lease; no tenant data.';

create table audit_head (
  workspace_id uuid primary key,
  size bigint not null check (size >= 0),
  epoch integer not null default 0,
  frontier bytea not null,
  check (length(frontier) = 32 * bit_count(int8send(size)))
);
comment on table audit_head is 'owner room: audit. Size and frontier of each workspace''s Merkle tree; locked last in a transaction.';

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
  foreach t in array array['workspace', 'workspace_keyset', 'api_key', 'api_key_usage', 'idempotent_request', 'integration', 'end_user',
    'provider_account', 'connection', 'credential', 'refresh_lease', 'refresh_attempt', 'credential_candidate', 'connect_session',
    'connect_attempt', 'revocation', 'erasure', 'audit_head', 'audit_event']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
  end loop;
  foreach t in array array['workspace', 'integration', 'api_key', 'connect_session', 'connect_attempt', 'connection', 'credential', 'revocation', 'idempotent_request']
  loop
    execute format('create policy lookup on %I for select to vault_lookup using (true)', t);
    execute format('grant select on %I to vault_lookup', t);
  end loop;
end $$;

grant usage on schema public to vault_app, vault_lookup;
grant select, insert, update, delete on api_key_usage, idempotent_request, end_user, provider_account, connection, credential, refresh_lease,
  refresh_attempt, credential_candidate, connect_session, connect_attempt, revocation, erasure, job, integration to vault_app;
grant select, insert, update on workspace, api_key, workspace_keyset, deployment_key, audit_head to vault_app;
grant delete on workspace_keyset to vault_app;
grant select, insert on audit_event to vault_app;

-- A change that other replicas must see leaves as a notification: kind:workspace:id. Manual SQL by an operator is seen too.
create function notify_change() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('authpipe_changed', tg_argv[0] || ':' || old.workspace_id || ':' ||
    case tg_argv[0] when 'api_key' then to_jsonb(old) ->> 'key_id' else to_jsonb(old) ->> 'connection_id' end);
  return null;
end $$;
create trigger changed after update or delete on api_key for each row execute function notify_change('api_key');
create trigger changed after update or delete on connection for each row execute function notify_change('connection');
create trigger changed after update or delete on credential for each row execute function notify_change('connection');

-- Look-ups that start without a workspace. They return workspace and row ids, nothing else.
create function find_api_key(wanted uuid) returns table (workspace_id uuid, key_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select k.workspace_id, k.key_id from api_key k where k.key_id = wanted';
create function find_integration(wanted uuid) returns table (workspace_id uuid, integration_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select i.workspace_id, i.integration_id from integration i where i.integration_id = wanted';
create function find_connect_session(wanted bytea) returns table (workspace_id uuid, session_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select s.workspace_id, s.session_id from connect_session s where s.token_hash = wanted';
create function find_connect_attempt(wanted bytea) returns table (workspace_id uuid, attempt_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select a.workspace_id, a.attempt_id from connect_attempt a where a.state_hash = wanted';
create function find_workspace(wanted text) returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from workspace w where w.name = wanted';
create function list_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from workspace w order by w.workspace_id';
create function due_connect_sessions(most integer) returns table (workspace_id uuid, session_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select s.workspace_id, s.session_id from connect_session s where s.expires_at < now() - interval ''1 day'' or (s.state in (''pending'', ''authorized'') and (s.expires_at < now() or s.authorized_at < now() - interval ''2 minutes'')) order by s.expires_at limit most';
create function due_revocations(most integer) returns table (workspace_id uuid, revocation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select r.workspace_id, r.revocation_id from revocation r where r.state = ''pending'' and r.next_at <= now() order by r.next_at limit most';
create function due_purges(most integer) returns table (workspace_id uuid, connection_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select c.workspace_id, c.connection_id from connection c where c.purge_after <= now() order by c.purge_after limit most';

grant create on schema public to vault_lookup;
do $$
declare f text;
begin
  foreach f in array array['find_api_key(uuid)', 'find_integration(uuid)', 'find_connect_session(bytea)', 'find_connect_attempt(bytea)',
    'find_workspace(text)', 'list_workspaces()', 'due_connect_sessions(integer)', 'due_revocations(integer)', 'due_purges(integer)']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to vault_app', f);
    execute format('alter function %s owner to vault_lookup', f);
  end loop;
end $$;
revoke create on schema public from vault_lookup;
