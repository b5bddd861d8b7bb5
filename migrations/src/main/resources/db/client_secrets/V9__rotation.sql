-- Reminders of client secrets that are to be rotated (docs/operations.md).

alter table client_secret add column expires_at timestamptz check (isfinite(expires_at));
comment on column client_secret.expires_at is 'When it ends by itself, as whoever set it said; null: nobody said. For reminders only; never ends a use.';

create table client_secret_reminder (
  workspace_id uuid not null,
  integration_id uuid not null,
  kind text not null default 'client_secret',
  version bigint not null check (version > 0),
  due_at timestamptz not null check (isfinite(due_at)),
  days integer not null,
  primary key (workspace_id, integration_id, kind),
  foreign key (workspace_id, integration_id, kind) references client_secret on delete cascade
);
comment on table client_secret_reminder is 'owner room: remind. The last reminder of each client secret that was told: of which date, and how many days after it (negative: before). Goes with the secret that it was about.';

alter table client_secret_reminder enable row level security;
alter table client_secret_reminder force row level security;
create policy tenant on client_secret_reminder using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
-- The store itself counts what is due in all workspaces that are in this database.
create policy counted on client_secret_reminder for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
create policy counted on moved_workspace for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
grant select, insert, update, delete on client_secret_reminder to client_secrets_app;
