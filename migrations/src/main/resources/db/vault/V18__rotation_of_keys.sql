-- Rotation of keysets without a control plane, by age, and of the keys that wrap them (docs/crypto-format.md section 4).
alter table workspace_keyset add column asked_by text check (asked_by in ('operator', 'age'));
alter table workspace_keyset add column unused_since timestamptz;
alter table workspace_keyset add column records bigint check (records >= 0);
alter table workspace_keyset add column counted_at timestamptz;
alter table workspace_keyset add column rewrap_id uuid;
comment on column workspace_keyset.command_id is 'The rotation that it came with, in both stores; null: it is the first, or the keysets before it are destroyed.';
comment on column workspace_keyset.asked_by is 'Who asked for that rotation; null: the control plane, whose command has the id command_id.';
comment on column workspace_keyset.unused_since is 'Since when nothing that names it has been found; null: something was, or nobody has looked.';
comment on column workspace_keyset.records is 'How many sealed records named it at counted_at; for people and metrics only.';
comment on column workspace_keyset.rewrap_id is 'The last rotation of its KEK (kek_rotation) in which it was wrapped anew.';
alter table deployment_key add column rewrap_id uuid;
comment on column deployment_key.rewrap_id is 'The last rotation of its KEK (kek_rotation) in which it was wrapped anew.';

create table kek_rotation (
  kek_name text primary key,
  rotation_id uuid not null,
  started_at timestamptz not null default clock_timestamp(),
  completed_at timestamptz
);
comment on table kek_rotation is 'owner room: envelope. The last time that everything under a KEK was wrapped anew; no tenant data. In the first database only.';
grant select, insert, update on kek_rotation to vault_app;

create table rescue_journal (
  journal_id uuid primary key,
  key_ids integer[] not null,
  beyond boolean not null,
  declared_at timestamptz not null
);
comment on table rescue_journal is 'owner room: journal. Which keys the unsettled entries of each rescue journal name, as its replica said last; no tenant data. In the first database only.';
comment on column rescue_journal.beyond is 'It names more keys than it says.';
grant select, insert, update, delete on rescue_journal to vault_app;

create function list_aged_keysets(age interval) returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select k.workspace_id from workspace_keyset k where k.state = ''active'' and coalesce(k.activated_at, k.created_at) < clock_timestamp() - age * (0.9 + get_byte(uuid_send(k.workspace_id), 15) / 2550.0) and not exists (select from workspace_keyset o where o.workspace_id = k.workspace_id and o.state in (''opens_only'', ''decrypt_only'')) and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) order by coalesce(k.activated_at, k.created_at) limit 1000';
comment on function list_aged_keysets(interval) is 'Workspaces whose keyset seals for longer than that, or for up to a tenth less: how much less is the workspace''s own, so that not all are due at once.';
create function list_uncounted_keysets(age interval) returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select k.workspace_id from workspace_keyset k where k.state = ''active'' and coalesce(k.counted_at < clock_timestamp() - age, true) and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) order by k.counted_at nulls first limit 1000';
create function list_keysets_under(kek text, except_in uuid) returns table (workspace_id uuid, keyset_version integer)
  language sql stable security definer set search_path = pg_catalog, public as
  'select k.workspace_id, k.keyset_version from workspace_keyset k where k.kek_name = kek and k.state in (''opens_only'', ''active'', ''decrypt_only'') and (except_in is null or k.rewrap_id is distinct from except_in) and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) order by 1, 2';
create function summarize_keysets() returns table (state text, keysets bigint, records bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
  'select k.state, count(*), coalesce(sum(k.records), 0)::bigint, min(case k.state when ''active'' then coalesce(k.activated_at, k.created_at) when ''decrypt_only'' then (select a.activated_at from workspace_keyset a where a.workspace_id = k.workspace_id and a.state = ''active'') else k.created_at end) from workspace_keyset k where k.state in (''opens_only'', ''active'', ''decrypt_only'') and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) group by 1';

grant create on schema public to vault_lookup;
do $$
declare f text;
begin
  foreach f in array array['list_aged_keysets(interval)', 'list_uncounted_keysets(interval)', 'list_keysets_under(text, uuid)', 'summarize_keysets()']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to vault_app', f);
    execute format('alter function %s owner to vault_lookup', f);
  end loop;
end $$;
-- A copy that is being made, or not yet deleted, is rotated by nobody.
set role vault_lookup;
create or replace function list_keyset_rotations() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select distinct k.workspace_id from workspace_keyset k where k.state in (''opens_only'', ''decrypt_only'') and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) order by 1 limit 1000';
reset role;
revoke create on schema public from vault_lookup;
