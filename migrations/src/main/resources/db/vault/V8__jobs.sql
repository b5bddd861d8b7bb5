-- When an operator asked for a run, and by which schedule the others come.
alter table job add column wanted_at timestamptz;
alter table job add column schedule text;
comment on column job.wanted_at is 'A run was asked for by command; null once it has begun.';
comment on column job.schedule is 'As the replica that looked last has it; for people.';
