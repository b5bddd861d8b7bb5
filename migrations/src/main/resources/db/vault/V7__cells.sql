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
grant select on moved_workspace to vault_app;
create policy lookup on moved_workspace for select to vault_lookup using (true);
grant select on moved_workspace to vault_lookup;

-- Binds the transaction to a workspace and keeps that from being moved until it ends. Each statement sees what was committed before it, so the
-- place is read after the lock is held. Whoever moves a workspace holds its lock alone while it switches.
create function enter_workspace(wanted uuid, out blocked boolean, out place text) language plpgsql volatile
  set search_path = pg_catalog, public as $$
begin
  perform set_config('authpipe.workspace', wanted::text, true);
  blocked := not pg_try_advisory_xact_lock_shared(workspace_lock(wanted));
  select m.place into place from moved_workspace m where m.workspace_id = wanted;
end $$;

create table cell_outbox (
  cell text primary key,
  next bigint not null default 1
);
comment on table cell_outbox is 'owner room: report. Up to which number the reports of each cell were taken over into the outbox of the first database. No tenant data.';
grant select, insert, update on cell_outbox to vault_app;

-- What is due is due in the one database where the workspace is: a copy that is being made, or not yet deleted, counts for nothing.
grant create on schema public to vault_lookup;
set role vault_lookup;
create or replace function due_connect_sessions(most integer) returns table (workspace_id uuid, session_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select s.workspace_id, s.session_id from connect_session s where (s.expires_at < now() - interval ''1 day'' or (s.state in (''pending'', ''authorized'') and (s.expires_at < now() or s.authorized_at < now() - interval ''2 minutes''))) and not exists (select from moved_workspace m where m.workspace_id = s.workspace_id) order by s.expires_at limit most';
create or replace function due_revocations(most integer) returns table (workspace_id uuid, revocation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select r.workspace_id, r.revocation_id from revocation r where r.state = ''pending'' and r.next_at <= now() and not exists (select from moved_workspace m where m.workspace_id = r.workspace_id) order by r.next_at limit most';
create or replace function due_purges(most integer) returns table (workspace_id uuid, connection_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select c.workspace_id, c.connection_id from connection c where c.purge_after <= now() and not exists (select from moved_workspace m where m.workspace_id = c.workspace_id) order by c.purge_after limit most';
create or replace function count_waiting_changes() returns bigint
  language sql stable security definer set search_path = pg_catalog, public as
  'select count(*) from waiting_change c where c.state = ''waiting'' and not exists (select from moved_workspace m where m.workspace_id = c.workspace_id)';
reset role;
revoke create on schema public from vault_lookup;
