-- The generation of the credential whose access token was set aside before a renewal: it is not sent while the connection still uses it.
alter table revocation add column base_generation bigint;
