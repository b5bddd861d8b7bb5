-- Reminders of secrets that are to be rotated and of end users who will have to agree again (docs/operations.md).

alter table credential add column secret_expires_at timestamptz check (isfinite(secret_expires_at));
comment on column credential.secret_expires_at is 'When a key, a bearer token or a password ends by itself, as whoever brought it said; null: nobody said. For reminders only; never ends a use.';
create index credential_secret_expiry on credential (workspace_id, secret_expires_at) where secret_expires_at is not null;

create table reminder (
  workspace_id uuid not null,
  connection_id uuid not null,
  kind text not null check (kind in ('rotation', 'reauth')),
  generation bigint not null check (generation > 0),
  due_at timestamptz not null check (isfinite(due_at)),
  days integer not null,
  primary key (workspace_id, connection_id, kind),
  foreign key (workspace_id, connection_id) references connection on delete cascade
);
comment on table reminder is 'owner room: remind. The last reminder of each connection that was told: of which date, and how many days after it (negative: before). Goes with the secret that it was about.';

alter table reminder enable row level security;
alter table reminder force row level security;
create policy tenant on reminder using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
grant select, insert, update, delete on reminder to vault_app;
create policy lookup on reminder for select to vault_lookup using (true);
grant select on reminder to vault_lookup;

create function rotation_backlog(at timestamptz) returns table (due bigint, overdue bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
  'select count(*), count(*) filter (where r.due_at <= at), min(r.due_at) filter (where r.due_at <= at) from reminder r where r.kind = ''rotation'' and not exists (select from moved_workspace m where m.workspace_id = r.workspace_id)';

grant create on schema public to vault_lookup;
revoke all on function rotation_backlog(timestamptz) from public;
grant execute on function rotation_backlog(timestamptz) to vault_app;
alter function rotation_backlog(timestamptz) owner to vault_lookup;
revoke create on schema public from vault_lookup;
