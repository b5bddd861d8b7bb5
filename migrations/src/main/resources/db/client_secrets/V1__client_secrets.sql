-- The store of integration secrets: its own database, roles, KEK and audit log. The vault's credentials do not open it.

create table client_keyset (
  workspace_id uuid not null,
  keyset_version integer not null,
  kek_name text not null,
  wrapped bytea not null,
  state text not null check (state in ('pending', 'opens_only', 'active', 'decrypt_only', 'destroyed')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, keyset_version)
);
comment on table client_keyset is 'owner room: envelope. Keysets of this store, wrapped by the second KEK.';
create unique index client_keyset_active on client_keyset (workspace_id) where state = 'active';

create table client_secret (
  workspace_id uuid not null,
  integration_id uuid not null,
  kind text not null check (kind in ('client_secret', 'private_key', 'webhook_secret')),
  version bigint not null check (version > 0),
  sealed bytea not null,
  token_origin text not null,
  masked_prefix text not null default '',
  fingerprint bytea not null check (length(fingerprint) = 32),
  created_at timestamptz not null default now(),
  primary key (workspace_id, integration_id, kind)
);
comment on table client_secret is 'owner room: clientsecret. OAuth client secrets sealed to the origin of their token endpoint; never shown again and overwritten when replaced. The fingerprint is keyed and only tells whether a file changed.';

create table audit_head (
  workspace_id uuid primary key,
  size bigint not null check (size >= 0),
  epoch integer not null default 0,
  frontier bytea not null,
  check (length(frontier) = 32 * bit_count(int8send(size)))
);
comment on table audit_head is 'owner room: audit. Size and frontier of this store''s Merkle trees.';

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

do $$
declare t text;
begin
  foreach t in array array['client_keyset', 'client_secret', 'audit_head', 'audit_event']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
  end loop;
end $$;

create function notify_change() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('authpipe_changed', 'client_secret:' || old.workspace_id || ':' || old.integration_id);
  return null;
end $$;
create trigger changed after update or delete on client_secret for each row execute function notify_change();

grant usage on schema public to client_secrets_app;
grant select, insert, update, delete on client_keyset, client_secret to client_secrets_app;
grant select, insert, update on audit_head to client_secrets_app;
grant select, insert on audit_event to client_secrets_app;
