-- What changed is written down with the change, and announced once for many (docs/adr/0015): a commit that notifies waits for all others that do,
-- until they are on disk. Sessions that do not say that they announce, an operator's among them, notify with their commit as before.
-- A database whose schema public was dropped to restore a backup into it may have the schema still.
create schema if not exists announcements;
create unlogged table if not exists announcements.pending (payload text not null);
comment on table announcements.pending is 'owner room: db. kind:workspace:id of rows that were changed and are not announced yet. Emptied by a crash of the server, which ends every LISTEN too; after that nothing that was read before counts.';
alter table announcements.pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
revoke all on schema announcements from public;
grant usage on schema announcements to vault_app;
grant select, insert, delete, truncate on announcements.pending to vault_app;

create function announce(change text) returns void language plpgsql set search_path = pg_catalog as $$
begin
  if current_setting('authpipe.announces', true) = 'later' then
    insert into announcements.pending values (change);
  else
    perform pg_notify('authpipe_changed', change);
  end if;
end $$;

-- Announces what waits, one at a time: how many changes were told and how long that took, or -1 where somebody else is at it and waiting was not asked for.
create function announce_pending(waiting boolean, most integer, out told integer, out microseconds bigint)
  language plpgsql volatile set search_path = pg_catalog as $$
declare
  the_lock constant bigint := hashtextextended('authpipe.announcements', 0);
  began timestamptz;
  one record;
begin
  told := 0;
  microseconds := 0;
  if waiting then
    perform pg_advisory_xact_lock(the_lock);
  elsif not pg_try_advisory_xact_lock(the_lock) then
    told := -1;
    return;
  end if;
  if current_setting('transaction_read_only')::boolean and not exists (select from announcements.pending) then
    return; -- a server whose disk is full takes no delete, and changes nothing either
  end if;
  began := clock_timestamp();
  -- Rows that are gone stay where they are while somebody's transaction is as old as they are, a backup's among them, and are walked through each
  -- time. When nobody is writing at this moment the file is emptied: only announcers read it, one at a time.
  if pg_relation_size('announcements.pending') > 4194304 then
    begin
      lock table announcements.pending in access exclusive mode nowait;
      for one in select payload, count(*)::integer as changes from announcements.pending group by payload loop
        perform pg_notify('authpipe_changed', one.payload);
        told := told + one.changes;
      end loop;
      truncate announcements.pending;
      microseconds := extract(epoch from clock_timestamp() - began) * 1000000;
      return;
    exception when lock_not_available then
      told := 0; -- another time
    end;
  end if;
  for one in
    with taken as (
      delete from announcements.pending where ctid = any (array (select ctid from announcements.pending limit most)) returning payload)
    select payload, count(*)::integer as changes from taken group by payload
  loop
    perform pg_notify('authpipe_changed', one.payload);
    told := told + one.changes;
  end loop;
  microseconds := extract(epoch from clock_timestamp() - began) * 1000000;
end $$;
revoke all on function announce(text), announce_pending(boolean, integer) from public;
grant execute on function announce(text), announce_pending(boolean, integer) to vault_app;

create or replace function notify_change() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_argv[0] = 'api_key' then
    perform announce('api_key:' || old.workspace_id || ':' || old.key_id);
  else
    perform announce(tg_argv[0] || ':' || old.workspace_id || ':' || old.connection_id);
  end if;
  return null;
end $$;
