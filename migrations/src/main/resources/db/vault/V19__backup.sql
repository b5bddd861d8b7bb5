-- Backups and what follows from a restore (docs/backup-format.md).

create table restored_credential (
  workspace_id uuid not null,
  connection_id uuid not null,
  generation bigint not null check (generation > 0),
  live boolean not null,
  as_of timestamptz not null,
  restored_at timestamptz not null,
  recovered boolean not null default false,
  journals boolean not null,
  waits_from timestamptz,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connection on delete cascade
);
comment on table restored_credential is 'owner room: vault. Credentials that came back from a backup, whose refresh tokens may have been spent since; as long as the generation is still this one. No secret.';

alter table restored_credential enable row level security;
alter table restored_credential force row level security;
create policy tenant on restored_credential using (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('authpipe.workspace', true), '')::uuid);
grant select, insert, update, delete on restored_credential to vault_app;

-- A role that reads every row and writes nothing. The operator makes it (docs/operations.md).
do $$
declare t text;
begin
  if not exists (select from pg_roles where rolname = 'vault_backup') then
    raise exception 'create the role vault_backup first, with a login and without any other right (docs/operations.md, Start)';
  end if;
  for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity
  loop
    execute format('create policy backup on %I for select to vault_backup using (true)', t);
  end loop;
end $$;
grant usage on schema public to vault_backup;
grant select on all tables in schema public to vault_backup;
grant select on all sequences in schema public to vault_backup;
-- What comes later needs a policy of this name besides: without it no backup is made.
alter default privileges in schema public grant select on tables to vault_backup;
alter default privileges in schema public grant select on sequences to vault_backup;
