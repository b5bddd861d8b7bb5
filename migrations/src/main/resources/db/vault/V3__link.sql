-- What the proxy keeps of its link with a control plane (docs/link-format.md). No column holds a secret.

create table feed_state (
  singleton boolean primary key default true check (singleton),
  version bigint not null default 0 check (version >= 0),
  revision bigint not null default 0,
  uncounted bigint not null default 0
);
comment on table feed_state is 'owner room: catalog. Highest version of the feed that was seen; the revision rises with every change of what is in force; uncounted are proposals beyond the bound. No tenant data.';
insert into feed_state default values;

create table linked_workspace (
  workspace_id uuid primary key,
  document text not null,
  updated_at timestamptz not null default now(),
  mac bytea not null
);
comment on table linked_workspace is 'owner room: catalog. What is in force of a workspace that a control plane describes: approved, and narrowed since; mac under the authority key.';

create table waiting_change (
  workspace_id uuid not null,
  change_id uuid not null,
  object text not null check (length(object) <= 40),
  member text not null check (length(member) <= 40),
  before text,
  after text,
  state text not null check (state in ('waiting', 'refused')),
  proposed_at timestamptz not null default now(),
  mac bytea not null,
  primary key (workspace_id, change_id)
);
comment on table waiting_change is 'owner room: catalog. Proposals of the control plane that wait for local approval, and refused ones for as long as it repeats them; mac under the authority key.';

create table command_state (
  singleton boolean primary key default true check (singleton),
  seq bigint not null default 0 check (seq >= 0)
);
comment on table command_state is 'owner room: link. Highest number of a command that was taken; stored before the command is carried out. No tenant data.';
insert into command_state default values;

create table command_budget (
  spent_at timestamptz not null default clock_timestamp(),
  connections integer not null check (connections > 0)
);
comment on table command_budget is 'owner room: link. Connections that destructive commands reached in the last hour, over all replicas. No tenant data.';
create index command_budget_spent on command_budget (spent_at);

create table waiting_command (
  workspace_id uuid not null,
  command_id uuid not null,
  kind text not null,
  target text not null,
  connections integer not null,
  expires_at timestamptz not null,
  received_at timestamptz not null default now(),
  mac bytea not null,
  primary key (workspace_id, command_id)
);
comment on table waiting_command is 'owner room: link. Destructive commands beyond the budget that wait for local approval; mac under the authority key.';

create table outbox (
  workspace_id uuid not null,
  entry_id bigint generated always as identity,
  kind text not null,
  report text not null check (length(report) <= 8192),
  number bigint,
  primary key (workspace_id, entry_id)
);
comment on table outbox is 'owner room: report. Reports owed to the control plane, written with the change they tell of; a closed schema without end users.';
create index outbox_order on outbox (entry_id) where number is null;
create unique index outbox_number on outbox (number) where number is not null;

create table outbox_state (
  singleton boolean primary key default true check (singleton),
  next bigint not null default 1,
  lost bigint not null default 0,
  lost_ever bigint not null default 0
);
comment on table outbox_state is 'owner room: report. The next number, and how many reports were dropped because the outbox was full. No tenant data.';
insert into outbox_state default values;

do $$
declare t text;
begin
  foreach t in array array['linked_workspace', 'waiting_change', 'waiting_command', 'outbox']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('create policy lookup on %I for select to vault_lookup using (true)', t);
    execute format('grant select on %I to vault_lookup', t);
  end loop;
end $$;
-- The store itself sends the reports of all workspaces, in one order.
create policy sender on outbox using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');

grant select, insert, update, delete on linked_workspace, waiting_change, waiting_command, outbox, command_budget to vault_app;
grant select, update on feed_state, command_state, outbox_state to vault_app;

create function list_linked_workspaces() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select w.workspace_id from linked_workspace w union select c.workspace_id from waiting_change c union select d.workspace_id from waiting_command d order by 1';
create function count_waiting_changes() returns bigint
  language sql stable security definer set search_path = pg_catalog, public as
  'select count(*) from waiting_change c where c.state = ''waiting''';

grant create on schema public to vault_lookup;
do $$
declare f text;
begin
  foreach f in array array['list_linked_workspaces()', 'count_waiting_changes()']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to vault_app', f);
    execute format('alter function %s owner to vault_lookup', f);
  end loop;
end $$;
revoke create on schema public from vault_lookup;
