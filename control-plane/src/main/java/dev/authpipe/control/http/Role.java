package dev.authpipe.control.http;

import java.util.Locale;
import java.util.Optional;

/** What a member is in a workspace. Never more than one per person and workspace; what each may do stands in {@link Permission}. */
public enum Role {
  /** Everything, and the only one to delete the workspace, change its plan or make owners. */
  OWNER,
  /** Everything but what only an owner may. */
  ADMIN,
  /** Configures integrations and asks for API keys. */
  DEVELOPER,
  /** Looks into connections and helps their end users. */
  SUPPORT,
  /** Looks. */
  VIEWER;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word in requests and in the store. */
  public String word() {
    return word;
  }

  /** The role of a word. */
  public static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role.word.equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
