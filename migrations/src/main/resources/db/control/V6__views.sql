-- What the views of reports need: the order in which they are shown, and the right to forget what is old. The name of the application that
-- stands on the pages that end users see. And the right to read which migrations were applied, for an examination without the owner's password.

create index data_plane_change_newest on data_plane_change (workspace_id, reported_at, data_plane_id, change_id);
create index data_plane_job_newest on data_plane_job (workspace_id, reported_at, data_plane_id, job);
grant delete on data_plane_erasure, data_plane_job to control_app;

alter table branding add column name text check (length(name) between 1 and 100);
comment on column branding.name is 'What end users know the application as; the usual application_name of a new integration. Null: the workspace''s display name.';

grant select on flyway_schema_history to control_app;
