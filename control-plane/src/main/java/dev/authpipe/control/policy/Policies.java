package dev.authpipe.control.policy;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.workspace.ConfigurationVersions;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.control.workspace.Workspaces;

/**
 * Rules and looks of a workspace, each change with its event. Must never send an address to a proxy: the connect origin is for
 * instructions only. Thread-safe.
 */
@Singleton
public final class Policies {
  private final Workspaces workspaces;
  private final ConfigurationVersions versions;
  private final AuditLog audit;
  private final List<ApplicationNames> names;

  Policies(Workspaces workspaces, ConfigurationVersions versions, AuditLog audit, List<ApplicationNames> names) {
    this.workspaces = workspaces;
    this.versions = versions;
    this.audit = audit;
    this.names = List.copyOf(names);
  }

  /** The rules of the transaction's workspace. */
  public Policy find(Tx tx) {
    return PolicyStore.policy(tx);
  }

  /** The branding of the transaction's workspace. */
  public Branding branding(Tx tx) {
    return PolicyStore.branding(tx);
  }

  Policy change(Tx tx, WorkspaceAccess access, String requestId, PolicyBody body) {
    workspaces.lock(tx);
    Policy before = find(tx);
    Policy wanted = body.over(before);
    if (wanted.equals(before)) {
      return before;
    }
    Policy after = PolicyStore.save(tx, wanted);
    versions.raise(tx);
    changed(tx, access, requestId, "policy", after.version());
    return after;
  }

  Branding change(Tx tx, WorkspaceAccess access, String requestId, BrandingBody body) {
    workspaces.lock(tx);
    Branding before = branding(tx);
    Branding wanted = body.over(before);
    if (wanted.equals(before)) {
      return before;
    }
    Branding after = PolicyStore.save(tx, wanted);
    versions.raise(tx);
    changed(tx, access, requestId, "branding", after.version());
    String called = application(tx, before);
    String now = application(tx, after);
    if (!called.equals(now)) {
      names.forEach(room -> room.renamed(tx, access, requestId, called, now));
    }
    return after;
  }

  private String application(Tx tx, Branding branding) {
    String name = branding.name();
    return name == null ? workspaces.find(tx).map(Workspace::displayName).orElseThrow() : name;
  }

  private void changed(Tx tx, WorkspaceAccess access, String requestId, String part, long version) {
    audit.append(tx,
        AuditEntry.of(AuditType.CONFIGURATION_CHANGED, AuditActor.of(access.session()), AuditObject.configuration(part))
            .detail(AuditDetail.CHANGE, "updated").detail(AuditDetail.PART, part).detail(AuditDetail.VERSION, version)
            .requestId(requestId).build());
  }
}
