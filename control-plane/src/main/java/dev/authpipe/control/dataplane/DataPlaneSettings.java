package dev.authpipe.control.dataplane;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SealingKey;

/**
 * What the operator says about the data-plane link beyond its listener.
 *
 * @param sealingKey seals the command key and the secrets of enrolment codes; null: the link is not set up
 */
public record DataPlaneSettings(@Nullable SealingKey sealingKey) {}
