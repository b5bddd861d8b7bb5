package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** The terms of a key as bodies have them. Never an address or a key. */
interface TermsBody {
  @Nullable
  List<String> scopes();

  /** Ids or slugs. */
  @Nullable
  List<String> integrations();

  @Nullable
  Integer callsPerMinute();

  @Nullable
  Long callsPerMonth();

  @Nullable
  Instant expiresAt();
}
