-- Rotation of keysets (docs/crypto-format.md section 4).
alter table client_keyset add column activated_at timestamptz;
comment on column client_keyset.activated_at is 'Since when it seals; null: since it was made.';
alter table client_keyset add constraint client_keyset_destroyed check (state = 'destroyed' or length(wrapped) > 0);
create unique index client_keyset_next on client_keyset (workspace_id) where state in ('pending', 'opens_only');
