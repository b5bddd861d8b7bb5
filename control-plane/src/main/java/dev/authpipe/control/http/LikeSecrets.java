package dev.authpipe.control.http;

import java.util.Collection;
import java.util.regex.Pattern;

/**
 * Recognises what somebody pasted into the wrong place: the control plane takes no secret (S70). A net for mistakes, not a proof: a secret
 * without a known form looks like any text.
 */
public final class LikeSecrets {
  private static final Pattern NAME = Pattern.compile(
      "(?i).*(secret|password|passphrase|private_?key|signing_?key|access_?token|refresh_?token|bearer|credential).*|(api_?)?key|token");
  private static final Pattern VALUE = Pattern.compile("(?s).*(-----BEGIN [A-Z ]*PRIVATE KEY|ap_sk_[0-9A-Za-z]{10}).*");

  private LikeSecrets() {}

  /** Whether a member of this name would hold a secret. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Refuses a text that has the form of a secret.
   *
   * @param prefixes fixed beginnings of secrets that are known besides the common ones
   * @throws ProblemException {@code secret_refused}, which names the command that takes it
   */
  public static void refuse(Collection<String> texts, Collection<String> prefixes) {
    if (texts.stream().anyMatch(text -> VALUE.matcher(text).matches() || prefixes.stream().anyMatch(text.strip()::startsWith))) {
      throw new ProblemException(ErrorCode.SECRET_REFUSED);
    }
  }
}
