-- Signed checkpoints of the audit log (docs/audit-format.md section 8). The notes are worth something only outside this database.

create table audit_checkpoint (
  workspace_id uuid not null,
  epoch integer not null check (epoch >= 0),
  size bigint not null check (size >= 0),
  frontier bytea not null check (length(frontier) = 32 * bit_count(int8send(size))),
  note text not null,
  made_at timestamptz not null,
  primary key (workspace_id, epoch, size)
);
comment on table audit_checkpoint is 'owner room: audit. Signed notes with the frontier they were made from; insert and select only. The note counts, the other columns only find it.';

alter table audit_checkpoint enable row level security;
alter table audit_checkpoint force row level security;
create policy tenant on audit_checkpoint using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);

grant select, insert on audit_checkpoint to vault_app;
