package dev.authpipe.proxy.catalog;

import java.time.Duration;

/**
 * Where the client secret of an integration is to be read, and what a change of the file means for the one before.
 *
 * @param keepOld how long the one before is tried as well: zero to 30 days
 */
public record ClientSecretFile(SecretFile file, Duration keepOld) {}
