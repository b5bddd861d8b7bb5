package dev.authpipe.proxy.catalog;

import java.nio.file.Path;

/**
 * A reference to a file that holds one secret. Never the secret itself.
 *
 * @param path absolute
 */
public record SecretFile(Path path) {}
