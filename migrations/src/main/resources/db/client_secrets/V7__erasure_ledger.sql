-- The second place of the ledger of erasures (docs/erasure-ledger.md), for the day on which the vault comes back from a copy of itself.

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
comment on table erasure_ledger is 'owner room: backup. The same rows as in the vault; insert and select only. Outlives the workspace.';
create index erasure_ledger_order on erasure_ledger (workspace_id, seq);

alter table erasure_ledger enable row level security;
alter table erasure_ledger force row level security;
create policy tenant on erasure_ledger using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
-- The store itself compares the ledgers of all workspaces.
create policy compared on erasure_ledger for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
grant select, insert on erasure_ledger to client_secrets_app;
