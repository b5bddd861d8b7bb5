-- The key that signs the audit logs of a data plane, as its enrolment named it (docs/link-format.md). Public.

alter table data_plane add column checkpoint_key text check (length(checkpoint_key) between 1 and 400);
comment on column data_plane.checkpoint_key is 'Verifier key of its audit logs in note form, from the enrolment. Null: enrolled before there was one; its checkpoints are refused.';
