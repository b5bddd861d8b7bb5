-- An API key may be bound to client certificates, by their SHA-256 thumbprints in base64url (RFC 8705 section 3.1).
alter table api_key add column certificates text[] check (cardinality(certificates) > 0);
