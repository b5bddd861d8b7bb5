-- That a revocation is set aside for a renewal is a state of its own, not the outcome of a try.
alter table revocation add column set_aside boolean not null default false;
-- The owner is held to the policies too: not while it moves the rows of all workspaces.
alter table revocation no force row level security;
update revocation set set_aside = true, last_outcome = null where last_outcome = 'set_aside';
alter table revocation force row level security;
