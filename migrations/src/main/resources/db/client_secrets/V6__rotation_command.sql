-- Which rotation of the vault a keyset follows (docs/crypto-format.md section 4).
alter table client_keyset add column command_id uuid;
comment on column client_keyset.command_id is 'The command of the control plane whose rotation of the vault this keyset follows; null: it follows none.';
