-- A notification names the row by its columns: the whole row as JSON, sealed bytes and all, cost more than the change that it told of.
create or replace function notify_change() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_argv[0] = 'api_key' then
    perform pg_notify('authpipe_changed', 'api_key:' || old.workspace_id || ':' || old.key_id);
  else
    perform pg_notify('authpipe_changed', tg_argv[0] || ':' || old.workspace_id || ':' || old.connection_id);
  end if;
  return null;
end $$;
