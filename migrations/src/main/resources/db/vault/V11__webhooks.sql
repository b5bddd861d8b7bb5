-- Events on their way to the application (docs/webhooks.md). No column but a sealed one holds a secret, none says who a person is.

create table webhook_endpoint (
  workspace_id uuid not null,
  webhook_id uuid not null,
  settings_hash bytea not null check (length(settings_hash) = 32),
  removed_at timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  primary key (workspace_id, webhook_id)
);
comment on table webhook_endpoint is 'owner room: notify. What is remembered of an endpoint of the configuration: its settings as a hash, and whether it is disabled. Its address stands in the configuration only.';

create table webhook_secret (
  workspace_id uuid not null,
  webhook_id uuid not null,
  version integer not null check (version > 0),
  sealed bytea not null,
  created_at timestamptz not null,
  ends_at timestamptz,
  primary key (workspace_id, webhook_id, version)
);
comment on table webhook_secret is 'owner room: notify. Signing secrets of an endpoint, sealed; the newest has no end, the one before signs along until its end.';

create table webhook_delivery (
  workspace_id uuid not null,
  delivery_id uuid not null,
  message_id uuid not null,
  webhook_id uuid not null,
  type text not null check (length(type) <= 64),
  connection_id uuid,
  integration_id uuid,
  end_user_id uuid,
  detail text not null check (length(detail) <= 4096),
  happened_at timestamptz not null,
  mac bytea check (length(mac) = 37),
  state text not null check (state in ('pending', 'delivered', 'dead')),
  tries integer not null default 0 check (tries >= 0),
  fence bigint not null default 0,
  next_at timestamptz not null,
  expires_at timestamptz not null,
  last_outcome text,
  last_status integer,
  done_at timestamptz,
  primary key (workspace_id, delivery_id),
  check ((state = 'pending') = (done_at is null)),
  check (isfinite(happened_at) and isfinite(next_at) and isfinite(expires_at))
);
comment on table webhook_delivery is 'owner room: notify. One event for one endpoint, written with the change it tells of, under a MAC; names a person by random id only. The fence only rises.';
create index webhook_delivery_due on webhook_delivery (next_at) where state = 'pending';
create index webhook_delivery_by_endpoint on webhook_delivery (workspace_id, webhook_id, state, delivery_id);
create index webhook_delivery_by_connection on webhook_delivery (workspace_id, connection_id);
create index webhook_delivery_by_end_user on webhook_delivery (workspace_id, end_user_id);

create table webhook_trouble (
  workspace_id uuid not null,
  connection_id uuid not null,
  kind text not null check (kind in ('failing', 'reauth_required')),
  since timestamptz not null,
  primary key (workspace_id, connection_id)
);
comment on table webhook_trouble is 'owner room: notify. Connections whose trouble the application was told of, so that it is told once, and told of its end.';

do $$
declare t text;
begin
  foreach t in array array['webhook_endpoint', 'webhook_secret', 'webhook_delivery', 'webhook_trouble']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('grant select, insert, update, delete on %I to vault_app', t);
  end loop;
  foreach t in array array['webhook_endpoint', 'webhook_delivery']
  loop
    execute format('create policy lookup on %I for select to vault_lookup using (true)', t);
    execute format('grant select on %I to vault_lookup', t);
  end loop;
end $$;

-- What is due is due in the one database where the workspace is.
create function due_webhooks(at timestamptz, most integer) returns table (workspace_id uuid, webhook_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select d.workspace_id, d.webhook_id from webhook_delivery d where d.state = ''pending'' and d.next_at <= at and not exists (select from moved_workspace m where m.workspace_id = d.workspace_id) group by 1, 2 order by min(d.next_at) limit most';
create function list_webhook_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from (select e.workspace_id from webhook_endpoint e union select d.workspace_id from webhook_delivery d) w where not exists (select from moved_workspace m where m.workspace_id = w.workspace_id) order by 1';
create function webhook_backlog() returns table (pending bigint, dead bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
  'select count(*) filter (where d.state = ''pending''), count(*) filter (where d.state = ''dead''), min(d.happened_at) filter (where d.state = ''pending'') from webhook_delivery d where d.state <> ''delivered'' and not exists (select from moved_workspace m where m.workspace_id = d.workspace_id)';

grant create on schema public to vault_lookup;
do $$
declare f text;
begin
  foreach f in array array['due_webhooks(timestamptz, integer)', 'list_webhook_workspaces()', 'webhook_backlog()']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to vault_app', f);
    execute format('alter function %s owner to vault_lookup', f);
  end loop;
end $$;
revoke create on schema public from vault_lookup;
