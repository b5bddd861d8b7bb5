package dev.authpipe.control.export;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Singleton;

import dev.authpipe.control.http.WorkspaceAccess;

/**
 * Signs download links and checks them (S84). The key is the session's own random token, so that a link is worth nothing without the
 * session in which it was made, and ends with it; nothing needs to be kept. Must never sign anything but exports.
 */
@Singleton
final class ExportLinks {
  /** How long a link works. */
  static final Duration LIFE = Duration.ofHours(1);
  private static final String PURPOSE = "authpipe export v1";

  private final InstantSource clock;

  ExportLinks(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What a link is for.
   *
   * @param id        random id of the export
   * @param format    in which form
   * @param expiresAt end of the link, in whole seconds
   */
  record Link(UUID id, ExportFormat format, Instant expiresAt) {}

  /** A link that begins now. */
  Link begin(UUID id, ExportFormat format) {
    return new Link(id, format, clock.instant().plus(LIFE).truncatedTo(ChronoUnit.SECONDS));
  }

  /** The path and query of a link, signed. */
  String path(WorkspaceAccess access, Link link) {
    return "/api/v1/workspaces/" + access.workspace() + "/exports/" + link.id() + "?format=" + link.format().word() + "&expires="
        + link.expiresAt().getEpochSecond() + "&signature=" + HexFormat.of().formatHex(sign(access, link));
  }

  /** Whether a link was signed in this session and has not ended. */
  boolean holds(WorkspaceAccess access, Link link, String signature) {
    byte[] given = signature.matches("[0-9a-f]{64}") ? HexFormat.of().parseHex(signature) : new byte[0];
    return MessageDigest.isEqual(given, sign(access, link)) && clock.instant().isBefore(link.expiresAt());
  }

  private static byte[] sign(WorkspaceAccess access, Link link) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(access.session().csrfToken().exposeUtf8(), "HmacSHA256"));
      String signed = String.join("\0", PURPOSE, access.session().id().toString(), access.workspace().toString(),
          link.id().toString(), link.format().word(), Long.toString(link.expiresAt().getEpochSecond()));
      return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
