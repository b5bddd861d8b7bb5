-- Workspaces that are being deleted or were (docs/link-format.md): what must be finished after a kill, and what must never come back.

create table workspace_deletion (
  workspace_id uuid primary key,
  command_id uuid not null,
  connections integer not null check (connections >= 0),
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  mac bytea not null
);
comment on table workspace_deletion is 'owner room: catalog. Deleted workspaces, for good: the id and the command that asked, nothing of what they were; mac under the authority key.';

alter table workspace_deletion enable row level security;
alter table workspace_deletion force row level security;
create policy tenant on workspace_deletion using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
create policy lookup on workspace_deletion for select to vault_lookup using (true);
grant select on workspace_deletion to vault_lookup;
grant select, insert, update on workspace_deletion to vault_app;
grant delete on workspace, api_key to vault_app;

create function list_workspace_deletions() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select d.workspace_id from workspace_deletion d where d.completed_at is null or d.completed_at > clock_timestamp() - interval ''1 hour'' order by d.requested_at limit 1000';

grant create on schema public to vault_lookup;
revoke all on function list_workspace_deletions() from public;
grant execute on function list_workspace_deletions() to vault_app;
alter function list_workspace_deletions() owner to vault_lookup;
-- The logs of a deleted workspace are still signed.
set role vault_lookup;
create or replace function list_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from workspace w union select d.workspace_id from workspace_deletion d order by 1';
reset role;
revoke create on schema public from vault_lookup;
