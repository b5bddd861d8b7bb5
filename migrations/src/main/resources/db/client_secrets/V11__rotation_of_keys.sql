-- Rotation of keysets without a control plane, by age, and of the keys that wrap them (docs/crypto-format.md section 4).
alter table client_keyset add column unused_since timestamptz;
alter table client_keyset add column records bigint check (records >= 0);
alter table client_keyset add column counted_at timestamptz;
alter table client_keyset add column rewrap_id uuid;
comment on column client_keyset.command_id is 'The rotation of the vault that this keyset follows; null: it follows none.';
comment on column client_keyset.unused_since is 'Since when nothing that names it has been found; null: something was, or nobody has looked.';
comment on column client_keyset.records is 'How many sealed records named it at counted_at; for people and metrics only.';
comment on column client_keyset.rewrap_id is 'The last rotation of its KEK (kek_rotation of the vault) in which it was wrapped anew.';
-- The store itself sees the keysets of all workspaces that are in this database: their number and age, and which KEK wraps them.
create policy counted on client_keyset for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
