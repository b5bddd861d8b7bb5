-- People of the control plane. A person belongs to no workspace: tables about people have no workspace_id, a person's memberships and
-- invitations do. Codes, session ids and recovery codes stand here as SHA-256 hashes only, passwords as Argon2id, TOTP secrets sealed under
-- a key that is not in this store.

create table person (
  person_id uuid primary key,
  email text not null check (length(email) between 3 and 254),
  email_key text not null check (email_key = lower(email_key)),
  display_name text not null check (length(display_name) between 1 and 100),
  verified_at timestamptz,
  password_hash text check (password_hash like '$argon2id$%'),
  totp_sealed bytea,
  totp_confirmed_at timestamptz check (totp_confirmed_at is null or totp_sealed is not null),
  totp_last_step bigint not null default 0,
  created_at timestamptz not null,
  first_signed_in_at timestamptz
);
comment on table person is 'owner room: member. Everybody who can sign in, by a random id; the row and what hangs on it go with the account. An address belongs to at most one person who verified it; others who only claim it have rows of their own and are never joined with that one.';
create unique index person_verified_email on person (email_key) where verified_at is not null;
create index person_email on person (email_key, created_at);

create table identity (
  issuer text not null,
  subject text not null check (length(subject) between 1 and 255),
  person_id uuid not null references person on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject)
);
comment on table identity is 'owner room: member. Identities at OpenID providers with which a person may sign in; linked only by the person, signed in, and with the same verified address on both sides.';
create index identity_person on identity (person_id);

create table recovery_code (
  person_id uuid not null references person on delete cascade,
  code_hash bytea not null check (length(code_hash) = 32),
  primary key (person_id, code_hash)
);
comment on table recovery_code is 'owner room: member. Hashes of unused recovery codes; one goes when it is used.';

create table person_session (
  session_id uuid primary key,
  secret_hash bytea not null unique check (length(secret_hash) = 32),
  person_id uuid not null references person on delete cascade,
  first boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null
);
comment on table person_session is 'owner room: member. Sessions that are alive; a session ends by losing its row. first: begun by the first sign-in, in which no second factor is owed yet.';
create index person_session_person on person_session (person_id);
create index person_session_by_age on person_session (created_at);

create table second_step (
  secret_hash bytea primary key check (length(secret_hash) = 32),
  person_id uuid not null references person on delete cascade,
  factor text not null check (factor in ('password', 'oidc')),
  expires_at timestamptz not null
);
comment on table second_step is 'owner room: member. Sign-ins whose first factor was right and whose second is awaited; not a session.';

create table mail_code (
  code_hash bytea primary key check (length(code_hash) = 32),
  person_id uuid not null references person on delete cascade,
  purpose text not null check (purpose in ('verify', 'reset')),
  sent_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > sent_at)
);
comment on table mail_code is 'owner room: member. Hashes of single-use codes sent by mail; a code is used by deleting its row.';
create index mail_code_person on mail_code (person_id, purpose);

create table email_change (
  person_id uuid primary key references person on delete cascade,
  email text not null check (length(email) between 3 and 254),
  email_key text not null,
  old_code_hash bytea not null check (length(old_code_hash) = 32),
  new_code_hash bytea not null check (length(new_code_hash) = 32),
  expires_at timestamptz not null
);
comment on table email_change is 'owner room: member. A wish for another address; it comes true when the codes of both addresses are given at once.';

create table sign_in_pause (
  subject_hash bytea primary key check (length(subject_hash) = 32),
  failures integer not null check (failures > 0),
  failed_at timestamptz not null,
  paused_until timestamptz not null
);
comment on table sign_in_pause is 'owner room: member. Failures in a row per subject (a hash of an address, known or not, or of a person and factor) and until when no attempt is looked at. Refused attempts change nothing, so that a pause always ends.';

create table oidc_transaction (
  secret_hash bytea primary key check (length(secret_hash) = 32),
  invitation_hash bytea check (length(invitation_hash) = 32),
  expires_at timestamptz not null
);
comment on table oidc_transaction is 'owner room: member. Sign-ins that are away at the OpenID provider; state, nonce and code verifier are derived from the secret in the browser''s cookie.';

create table identity_offer (
  secret_hash bytea primary key check (length(secret_hash) = 32),
  issuer text not null,
  subject text not null,
  email_key text not null,
  expires_at timestamptz not null
);
comment on table identity_offer is 'owner room: member. Identities with an address verified by their provider that nobody has linked yet; the person of that address may, once signed in.';

create table member (
  workspace_id uuid not null references workspace,
  person_id uuid not null references person,
  role text not null check (role in ('owner', 'admin', 'developer', 'support', 'viewer')),
  joined_at timestamptz not null,
  primary key (workspace_id, person_id)
);
comment on table member is 'owner room: member. Who is what in which workspace. A workspace keeps an owner.';
create index member_person on member (person_id);

create table invitation (
  workspace_id uuid not null,
  invitation_id uuid not null,
  email text not null check (length(email) between 3 and 254),
  email_key text not null,
  role text check (role in ('owner', 'admin', 'developer', 'support', 'viewer')),
  code_hash bytea not null unique check (length(code_hash) = 32),
  mailed boolean not null,
  invited_by uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  primary key (workspace_id, invitation_id),
  check ((role is null) = (workspace_id = '00000000-0000-0000-0000-000000000000'))
);
comment on table invitation is 'owner room: member. Open invitations; used by deleting the row. One of the plane (nil workspace, no role) lets somebody in who is no member of anything yet. mailed: the code went by mail only and so proves the address.';

do $$
declare t text;
begin
  foreach t in array array['member', 'invitation']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)'
      || ' with check (workspace_id = nullif(current_setting(''authpipe.workspace'', true), '''')::uuid)', t);
    execute format('create policy lookup on %I for select to control_lookup using (true)', t);
    execute format('grant select on %I to control_lookup', t);
  end loop;
  foreach t in array array['person', 'identity', 'recovery_code', 'person_session', 'second_step', 'mail_code', 'email_change',
    'sign_in_pause', 'oidc_transaction', 'identity_offer', 'member', 'invitation']
  loop
    execute format('grant select, insert, update, delete on %I to control_app', t);
  end loop;
end $$;

-- Look-ups that start without a workspace. They return workspace and row ids, nothing else.
create function list_memberships(who uuid) returns table (workspace_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select m.workspace_id from member m where m.person_id = who order by m.workspace_id';
create function find_invitation(hash bytea) returns table (workspace_id uuid, invitation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select i.workspace_id, i.invitation_id from invitation i where i.code_hash = hash';
create function list_expired_invitations(at timestamptz) returns table (workspace_id uuid, invitation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public as
  'select i.workspace_id, i.invitation_id from invitation i where i.expires_at <= at order by 1, 2';

do $$
declare f text;
begin
  grant create on schema public to control_lookup;
  foreach f in array array['list_memberships(uuid)', 'find_invitation(bytea)', 'list_expired_invitations(timestamptz)']
  loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to control_app', f);
    execute format('alter function %s owner to control_lookup', f);
  end loop;
  revoke create on schema public from control_lookup;
end $$;
