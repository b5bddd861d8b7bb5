-- Rotation of keysets (docs/crypto-format.md section 4).
alter table workspace_keyset add column activated_at timestamptz;
comment on column workspace_keyset.activated_at is 'Since when it seals; null: since it was made.';
alter table workspace_keyset add constraint workspace_keyset_destroyed check (state = 'destroyed' or length(wrapped) > 0);
create unique index workspace_keyset_next on workspace_keyset (workspace_id) where state in ('pending', 'opens_only');
alter table workspace_keyset add column command_id uuid;
comment on column workspace_keyset.command_id is 'The command of the control plane that asked for it, until the keysets before it are destroyed.';

create policy lookup on workspace_keyset for select to vault_lookup using (true);
grant select on workspace_keyset to vault_lookup;
create function list_keyset_rotations() returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select distinct k.workspace_id from workspace_keyset k where k.state in (''opens_only'', ''decrypt_only'') order by 1 limit 1000';
grant create on schema public to vault_lookup;
revoke all on function list_keyset_rotations() from public;
grant execute on function list_keyset_rotations() to vault_app;
alter function list_keyset_rotations() owner to vault_lookup;
revoke create on schema public from vault_lookup;
