package dev.authpipe.proxy.envelope.google;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * How the operator reaches a key in Google Cloud KMS. Holds no secret.
 *
 * @param key             {@code projects/…/locations/…/keyRings/…/cryptoKeys/…}, without a version: the service encrypts with the primary
 *                        one and finds the one to decrypt with
 * @param endpoint        origin of the service; {@code http}, on loopback only, is reached without credentials
 * @param credentialsFile a credentials file of Google Cloud (service account, workload identity federation); null: the application's
 *                        default credentials
 */
public record GoogleKekSettings(String key, URI endpoint, @Nullable Path credentialsFile) {
  /** The service's own origin. */
  public static final URI USUAL_ENDPOINT = URI.create("https://cloudkms.googleapis.com");
}
