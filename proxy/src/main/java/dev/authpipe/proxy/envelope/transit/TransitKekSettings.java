package dev.authpipe.proxy.envelope.transit;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * How the operator reaches a key of a transit secrets engine. Holds no secret.
 *
 * @param address             origin of the server; {@code http} on loopback only, for instance of an agent
 * @param mount               path at which the engine is mounted, without slashes around it
 * @param key                 name of a key that was made with {@code derived=true}
 * @param namespace           the namespace, or null for the root's
 * @param trustedCertificates PEM file of the authorities that are trusted instead of the platform's, or null
 */
public record TransitKekSettings(URI address, String mount, String key, @Nullable String namespace,
    @Nullable Path trustedCertificates) {
  /** Where the engine is mounted as a rule. */
  public static final String USUAL_MOUNT = "transit";
}
