-- Workspaces that were moved to a database of their own (docs/cells.md).

create function workspace_lock(wanted uuid) returns bigint language sql immutable parallel safe set search_path = pg_catalog, public as
  'select hashtextextended(''authpipe.workspace.'' || wanted, 0)';

create table moved_workspace (
  workspace_id uuid primary key,
  place text not null check (place ~ '^([a-z0-9][a-z0-9-]{0,62})?$'),
  moved_at timestamptz not null default now()
);
comment on table moved_workspace is 'owner room: db. Workspaces whose rows are in another database: the name of its cell, empty for the first. Written by the owner role only.';

alter table moved_workspace enable row level security;
alter table moved_workspace force row level security;
create policy tenant on moved_workspace using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
grant select on moved_workspace to client_secrets_app;

-- Binds the transaction to a workspace and keeps that from being moved until it ends. Each statement sees what was committed before it, so the
-- place is read after the lock is held. Whoever moves a workspace holds its lock alone while it switches.
create function enter_workspace(wanted uuid, out blocked boolean, out place text) language plpgsql volatile
  set search_path = pg_catalog, public as $$
begin
  perform set_config('authpipe.workspace', wanted::text, true);
  blocked := not pg_try_advisory_xact_lock_shared(workspace_lock(wanted));
  select m.place into place from moved_workspace m where m.workspace_id = wanted;
end $$;
