package dev.authpipe.proxy.vault;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A resource owner as the customer names them. The random id is what the audit log knows; identifier, name and address must never get there.
 *
 * @param id          random, erased with the person
 * @param identifier  the customer's name for them, 1 to 256 characters
 * @param displayName what a page may show, or null
 * @param email       or null
 */
public record EndUser(UUID id, String identifier, @Nullable String displayName, @Nullable String email) {}
