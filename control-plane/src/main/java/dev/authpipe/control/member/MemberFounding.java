package dev.authpipe.control.member;

import java.time.Clock;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.workspace.WorkspaceFounding;

/** Makes who creates a workspace its first owner. The event of the workspace says so. */
@Singleton
final class MemberFounding implements WorkspaceFounding {
  private final Clock clock;

  MemberFounding(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void found(Tx tx, UUID person) {
    MemberStore.insert(tx, person, Role.OWNER, clock.instant());
  }
}
