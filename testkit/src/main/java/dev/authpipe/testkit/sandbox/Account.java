package dev.authpipe.testkit.sandbox;

import java.util.List;

/** A user of the sandbox provider, with the installations that this user administers. */
public record Account(String id, String login, String displayName, String email, List<Installation> installations) {

  public Account {
    installations = List.copyOf(installations);
  }

  /** An account with a mail address of the reserved domain example.com. */
  public static Account named(String login, String displayName, Installation... installations) {
    return new Account("usr_" + login, login, displayName, login + "@example.com", List.of(installations));
  }

  /** A place where the provider's application is installed, as GitHub Apps have them. */
  public record Installation(long id, String organisation) {}
}
