-- The store itself shows the newest checkpoints of all logs to a witness.
create policy witness on audit_checkpoint for select
  using (nullif(current_setting('authpipe.workspace', true), '') = '00000000-0000-0000-0000-000000000000');
create index audit_checkpoint_made on audit_checkpoint (made_at);
