package dev.authpipe.proxy.forward;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditBatches;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** Tells of answers that repeated a credential, in the audit log and in the log. Never tells what they repeated. Thread-safe. */
@Singleton
final class EchoAlarm {
  private static final Logger LOG = LoggerFactory.getLogger(EchoAlarm.class);
  private final AuditBatches batches;

  EchoAlarm(AuditBatches batches) {
    this.batches = batches;
  }

  void echoed(Caller caller, ConnectionId connection, IntegrationId integration) {
    batches.count(caller.workspace(), caller.actor(), connection, AuditType.CREDENTIAL_ECHOED, AuditOutcome.REFUSED, null);
    LOG.warn("an answer to a call of {} through {} repeated the credential and was refused", connection, integration);
  }
}
