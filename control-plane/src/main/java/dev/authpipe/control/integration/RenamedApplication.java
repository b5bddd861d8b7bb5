package dev.authpipe.control.integration;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.policy.ApplicationNames;

/** Lets integrations follow the name of the branding, each with its event. Never touches one that has a name of its own. */
@Singleton
final class RenamedApplication implements ApplicationNames {
  private final AuditLog audit;

  RenamedApplication(AuditLog audit) {
    this.audit = audit;
  }

  @Override
  public void renamed(Tx tx, WorkspaceAccess access, String requestId, String before, String after) {
    for (Integration one : IntegrationStore.rename(tx, before, after)) {
      audit.append(tx,
          AuditEntry.of(AuditType.INTEGRATION_CHANGED, AuditActor.of(access.session()), AuditObject.integration(one.id()))
              .detail(AuditDetail.CHANGE, "updated").detail(AuditDetail.PROVIDER, one.wanted().provider())
              .detail(AuditDetail.RETURN_URLS, one.wanted().returnUrls().size()).detail(AuditDetail.VERSION, one.version())
              .requestId(requestId).build());
    }
  }
}
