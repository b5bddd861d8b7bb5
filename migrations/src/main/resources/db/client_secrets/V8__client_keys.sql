-- Key pairs with which integrations authenticate at token endpoints (private_key_jwt, docs/client-keys.md).

create table client_key (
  workspace_id uuid not null,
  integration_id uuid not null,
  version bigint not null check (version > 0),
  key_id text not null check (length(key_id) = 43),
  public_key bytea not null check (length(public_key) between 256 and 2048),
  sealed bytea not null,
  token_origin text not null,
  signs_from timestamptz not null,
  signs_until timestamptz,
  gone_at timestamptz,
  created_at timestamptz not null,
  mac bytea not null check (length(mac) = 37),
  primary key (workspace_id, integration_id, version),
  check ((signs_until is null) = (gone_at is null))
);
comment on table client_key is 'owner room: clientsecret. Key pairs of integrations: the private part sealed to the origin of its token endpoint, the public part and the times under a MAC. A row goes when assertions signed with it have expired.';

alter table client_key enable row level security;
alter table client_key force row level security;
create policy tenant on client_key using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
grant select, insert, update, delete on client_key to client_secrets_app;

create function notify_key_change() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('authpipe_changed', 'client_key:' || coalesce(new.workspace_id, old.workspace_id) || ':'
    || coalesce(new.integration_id, old.integration_id));
  return null;
end $$;
create trigger changed after insert or update or delete on client_key for each row execute function notify_key_change();
