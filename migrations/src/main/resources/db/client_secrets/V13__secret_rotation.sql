-- Rotation of client secrets with overlap, and one-time links by which a person enters one (docs/client-secrets.md).

alter table client_secret add column file_fingerprint bytea check (length(file_fingerprint) = 32);
comment on column client_secret.file_fingerprint is 'Of the content of its file as it was last sealed, keyed as the fingerprint; null: none was yet. A file that did not change since sets nothing, whatever was set by other ways meanwhile.';

create table client_secret_previous (
  workspace_id uuid not null,
  integration_id uuid not null,
  kind text not null default 'client_secret',
  version bigint not null check (version > 0),
  sealed bytea not null,
  token_origin text not null,
  masked_prefix text not null default '',
  fingerprint bytea not null check (length(fingerprint) = 32),
  created_at timestamptz not null,
  valid_until timestamptz not null check (isfinite(valid_until)),
  needed_at timestamptz,
  primary key (workspace_id, integration_id, kind),
  foreign key (workspace_id, integration_id, kind) references client_secret on delete cascade
);
comment on table client_secret_previous is 'owner room: clientsecret. The client secret before the present one, sealed as it was, while both are tried; a row goes when its time is over. needed_at: when the provider last took it and not the present one, as noted once a day.';

create table client_secret_entry (
  workspace_id uuid not null,
  integration_id uuid not null,
  entry_id uuid not null,
  link_hash bytea not null check (length(link_hash) = 32),
  token_origin text not null,
  previous_valid_seconds bigint not null check (previous_valid_seconds between 0 and 2592000),
  state text not null check (state in ('open', 'used', 'withdrawn')),
  created_at timestamptz not null,
  expires_at timestamptz not null check (isfinite(expires_at)),
  primary key (workspace_id, integration_id, entry_id)
);
comment on table client_secret_entry is 'owner room: clientsecret. One-time links to enter the client secret of an integration. Of the link only a keyed hash, which covers every column that the link grants by.';

do $$
declare t text;
begin
  foreach t in array array['client_secret_previous', 'client_secret_entry']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('create policy backup on %I for select to client_secrets_backup using (true)', t);
    execute format('grant select, insert, update, delete on %I to client_secrets_app', t);
  end loop;
end $$;

-- To whoever keeps the present one in memory. One that comes comes with a change of the present one.
create trigger changed after update or delete on client_secret_previous for each row execute function notify_change();
