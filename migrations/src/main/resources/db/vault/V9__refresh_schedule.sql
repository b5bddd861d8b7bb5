-- When the schedule has to look at a credential (docs/refresh-protocol.md, step 11).
alter table credential add column renew_at timestamptz;
comment on column credential.renew_at is 'When the schedule renews it, by the clock that expiry is judged by; null: a new value that nobody looked at yet. While a replica is at it, when another one may be.';
drop index credential_expiry;
create index credential_renewal on credential (renew_at) where sealed is not null and state in ('ACTIVE', 'DEGRADED', 'UNCERTAIN');

-- What nobody holds in memory is no news.
drop trigger changed on credential;
create trigger changed after delete or update of generation, sealed, access_expires_at, refresh_expires_at, issued_at, state, updated_at
  on credential for each row execute function notify_change('connection');

create function due_credentials(due timestamptz) returns table (workspace_id uuid, integration_id uuid, unplanned bigint, waiting bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
  'select c.workspace_id, c.integration_id, count(*) - count(k.renew_at), count(k.renew_at), min(k.renew_at) from credential k join connection c on c.workspace_id = k.workspace_id and c.connection_id = k.connection_id where k.sealed is not null and k.state in (''ACTIVE'', ''DEGRADED'', ''UNCERTAIN'') and (k.renew_at is null or k.renew_at <= due) and c.status = ''active'' and not exists (select from moved_workspace m where m.workspace_id = c.workspace_id) group by c.workspace_id, c.integration_id';

grant create on schema public to vault_lookup;
revoke all on function due_credentials(timestamptz) from public;
grant execute on function due_credentials(timestamptz) to vault_app;
alter function due_credentials(timestamptz) owner to vault_lookup;
revoke create on schema public from vault_lookup;
