package dev.authpipe.proxy.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a backup's file: {@code DEPLOYMENT.STORE[.CELL].TIME.UUID.backup}. Only finds files; what counts is inside.
 *
 * @param database store, and cell if there is one, joined by a dot
 * @param snapshot in seconds
 */
record BackupName(String deployment, String database, Instant snapshot, UUID id) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern FORM = Pattern
      .compile("([a-z0-9][a-z0-9-]{0,62})\\.((?:vault|client_secrets)(?:\\.[a-z0-9][a-z0-9-]{0,62})?)"
          + "\\.(\\d{8}T\\d{6}Z)\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.backup");

  static BackupName of(BackupHeader header) {
    return new BackupName(header.deployment(), header.place().isEmpty() ? header.store() : header.store() + "." + header.place(),
        header.snapshot(), header.id());
  }

  static Optional<BackupName> parse(String name) {
    Matcher parts = FORM.matcher(name);
    try {
      return parts.matches()
          ? Optional.of(new BackupName(parts.group(1), parts.group(2), TIME.parse(parts.group(3), Instant::from),
              UUID.fromString(parts.group(4))))
          : Optional.empty();
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return deployment + "." + database + "." + TIME.format(snapshot) + "." + id + ".backup";
  }
}
