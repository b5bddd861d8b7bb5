-- Keysets are bound to their KEK and their workspace by a MAC (docs/crypto-format.md section 3.5).
alter table client_keyset add column mac bytea check (length(mac) = 37);
comment on column client_keyset.mac is 'Under the authority key: store, workspace, version, KEK and wrapped bytes, not the state. Null: made by a version before this one, and not bound yet; opens nothing until it is.';
