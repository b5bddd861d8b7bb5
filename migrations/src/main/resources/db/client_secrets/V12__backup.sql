-- Backups (docs/backup-format.md).

-- A role that reads every row and writes nothing. The operator makes it (docs/operations.md).
do $$
declare t text;
begin
  if not exists (select from pg_roles where rolname = 'client_secrets_backup') then
    raise exception 'create the role client_secrets_backup first, with a login and without any other right (docs/operations.md, Start)';
  end if;
  for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity
  loop
    execute format('create policy backup on %I for select to client_secrets_backup using (true)', t);
  end loop;
end $$;
grant usage on schema public to client_secrets_backup;
grant select on all tables in schema public to client_secrets_backup;
grant select on all sequences in schema public to client_secrets_backup;
-- What comes later needs a policy of this name besides: without it no backup is made.
alter default privileges in schema public grant select on tables to client_secrets_backup;
alter default privileges in schema public grant select on sequences to client_secrets_backup;
