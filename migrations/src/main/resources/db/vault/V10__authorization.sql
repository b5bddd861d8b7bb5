-- When the end user last agreed, for what cannot be prolonged without them.
alter table connection add column authorized_at timestamptz;
comment on column connection.authorized_at is 'When the end user last agreed through the connect flow; null: a credential that came from elsewhere, or was made before this was kept.';
