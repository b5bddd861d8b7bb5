-- The ledger of erasures (docs/erasure-ledger.md): what must be erased again when this database comes back from a copy of itself.

create table erasure_ledger (
  workspace_id uuid not null,
  erasure_id uuid not null,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('person', 'workspace')),
  subject_id uuid not null,
  recorded_at timestamptz not null,
  mac bytea not null check (length(mac) = 37),
  primary key (workspace_id, erasure_id)
);
comment on table erasure_ledger is 'owner room: backup. Erasures by random ids, in their order; insert and select only. The same rows stand in the client-secrets store; mac under the authority key.';
create index erasure_ledger_order on erasure_ledger (workspace_id, seq);

alter table erasure_ledger enable row level security;
alter table erasure_ledger force row level security;
create policy tenant on erasure_ledger using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
-- The store itself compares the ledgers of all workspaces.
create policy compared on erasure_ledger for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
grant select, insert on erasure_ledger to vault_app;

-- PostgreSQL keeps samples of a column's values for its planner; they outlive the rows. None of columns that tell who somebody is: changing the
-- type, to the same one, forgets those that were taken.
do $$
declare c record;
begin
  for c in select * from (values ('end_user', 'identifier', 'text'), ('end_user', 'display_name', 'text'), ('end_user', 'email', 'text'),
    ('provider_account', 'identifier', 'text'), ('provider_account', 'label', 'text'), ('connection', 'metadata', 'jsonb'),
    ('connect_session', 'return_url', 'text'), ('connect_session', 'params', 'jsonb'), ('connect_attempt', 'params', 'jsonb'),
    ('connect_attempt', 'callback_params', 'jsonb')) as v (of_table, of_column, its_type)
  loop
    execute format('alter table %I alter column %I type %s', c.of_table, c.of_column, c.its_type);
    execute format('alter table %I alter column %I set statistics 0', c.of_table, c.of_column);
  end loop;
end $$;

-- How many revocations are owed in this database, and since when the oldest: for metrics.
create function owed_revocations() returns table (owed bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
  'select count(*), min(r.created_at) from revocation r where r.state = ''pending'' and not exists (select from moved_workspace m where m.workspace_id = r.workspace_id)';
grant create on schema public to vault_lookup;
revoke all on function owed_revocations() from public;
grant execute on function owed_revocations() to vault_app;
alter function owed_revocations() owner to vault_lookup;
revoke create on schema public from vault_lookup;
