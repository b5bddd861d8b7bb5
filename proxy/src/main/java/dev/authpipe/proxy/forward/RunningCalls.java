package dev.authpipe.proxy.forward;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyEvents;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.wire.WorkspaceId;

/**
 * The calls under way, so that those of a workspace are cut when its KEK begins to refuse: its owner has taken back what they run with. All are
 * cut when that of the deployment does. An outage cuts none. Thread-safe.
 */
@Singleton
final class RunningCalls implements KeyEvents {
  private final ConcurrentMap<ForwardCall, WorkspaceId> underWay = new ConcurrentHashMap<>();
  private final Set<WorkspaceId> refused = ConcurrentHashMap.newKeySet();

  RunningCalls(@Named("vault") Envelopes envelopes, DeploymentKeys deploymentKeys) {
    envelopes.subscribe(this);
    deploymentKeys.subscribe(this);
  }

  /** One that begins; cut at once if it got its credential just before a refusal. */
  void add(WorkspaceId workspace, ForwardCall call) {
    underWay.put(call, workspace);
    if (refused.contains(workspace)) {
      call.cut(ErrorCode.KEY_UNAVAILABLE);
    }
  }

  void remove(ForwardCall call) {
    underWay.remove(call);
  }

  @Override
  public void refused(@Nullable WorkspaceId workspace, String kekName, KekRefusedException.Reason reason) {
    if (workspace != null) {
      refused.add(workspace);
    }
    cut(one -> workspace == null || one.equals(workspace));
  }

  @Override
  public void recovered(@Nullable WorkspaceId workspace, String kekName) {
    if (workspace != null) {
      refused.remove(workspace);
    }
  }

  private void cut(Predicate<WorkspaceId> whose) {
    underWay.forEach((call, workspace) -> {
      if (whose.test(workspace)) {
        call.cut(ErrorCode.KEY_UNAVAILABLE);
      }
    });
  }
}
