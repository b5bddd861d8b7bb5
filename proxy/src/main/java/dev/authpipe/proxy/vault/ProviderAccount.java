package dev.authpipe.proxy.vault;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/**
 * An account at a provider. The random id is what the audit log knows; identifier and label must never get there.
 *
 * @param id          random
 * @param integration whose provider
 * @param identifier  the provider's id for it, 1 to 512 characters
 * @param label       what a page may show, or null
 */
public record ProviderAccount(UUID id, IntegrationId integration, String identifier, @Nullable String label) {}
