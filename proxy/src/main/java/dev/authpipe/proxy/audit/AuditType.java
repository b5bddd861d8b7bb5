package dev.authpipe.proxy.audit;

import static dev.authpipe.proxy.audit.AuditDetail.*;

import java.util.Optional;
import java.util.Set;

import dev.authpipe.proxy.audit.AuditObject.Kind;

/**
 * Every type of event, with what it is about and the closed schema of its detail. A type may gain an optional member, and new types may be
 * added; nothing may be renamed or removed, for old events stay as they are.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable copies
public enum AuditType {
  // @formatter:off
  WORKSPACE_CREATED("workspace.created", Kind.WORKSPACE, "A workspace was created.", needs(KEK), may()),
  WORKSPACE_CHANGED("workspace.changed", Kind.WORKSPACE, "Settings of a workspace changed.", needs(), may(KEK)),
  WORKSPACE_DELETION_STARTED("workspace.deletion_started", Kind.WORKSPACE, "A workspace is being deleted: its API keys are revoked, its connections end.", needs(CONNECTIONS), may()),
  WORKSPACE_DELETED("workspace.deleted", Kind.WORKSPACE, "Everything of a workspace was deleted, its keysets too; only this log is left.", needs(), may(CONNECTIONS, PENDING)),
  WORKSPACE_DELETED_AGAIN("workspace.deleted_again", Kind.WORKSPACE, "What a copy of the client-secrets store had brought back of a deleted workspace was deleted again.", needs(ROWS), may()),
  WORKSPACE_MOVE_STARTED("workspace.move_started", Kind.WORKSPACE, "A workspace is being copied to another database.", needs(CELL), may()),
  WORKSPACE_MOVED("workspace.moved", Kind.WORKSPACE, "A workspace is in another database from here on; every row and every sealed record was checked.", needs(CELL, ROWS, RECORDS), may()),
  CONFIGURATION_APPLIED("configuration.applied", Kind.CONFIGURATION, "A configuration took effect.", needs(), may(WORKSPACES, INTEGRATIONS, VERSION)),
  CONFIGURATION_REFUSED("configuration.refused", Kind.CONFIGURATION, "A configuration was wrong; the last good one stays.", needs(), may(VERSION)),
  INTEGRATION_CHANGED("integration.changed", Kind.INTEGRATION, "An integration was created, updated or removed.", needs(CHANGE, PROVIDER), may(SCOPES_REQUESTED)),
  RETURN_URLS_CHANGED("integration.return_urls_changed", Kind.INTEGRATION, "The allowed return URLs of an integration changed.", needs(RETURN_URLS), may()),
  POLICY_CHANGED("integration.policy_changed", Kind.INTEGRATION, "What may be done through an integration changed.", needs(), may(PROVIDER)),
  PROVIDER_CHANGED("provider.changed", Kind.PROVIDER, "The definition of a provider changed.", needs(CHANGE), may()),
  CLIENT_SECRET_SET("client_secret.set", Kind.INTEGRATION, "An integration's first client secret was sealed.", needs(VERSION, SOURCE), may(ENTRY, TOKEN_KIND, EXPIRES_AT)),
  CLIENT_SECRET_ROTATED("client_secret.rotated", Kind.INTEGRATION, "An integration's client secret was replaced.", needs(VERSION, SOURCE), may(ENTRY, TOKEN_KIND, EXPIRES_AT, PREVIOUS_UNTIL)),
  CLIENT_SECRET_PREVIOUS_NEEDED("client_secret.previous_needed", Kind.INTEGRATION, "The provider took the client secret before and not the present one; noted once a day.", needs(VERSION, PREVIOUS_UNTIL), may()),
  CLIENT_SECRET_PREVIOUS_ENDED("client_secret.previous_ended", Kind.INTEGRATION, "The client secret before is not tried any more; it was erased. Reason says why.", needs(VERSION), may(SOURCE)),
  CLIENT_SECRET_ENTRY_CREATED("client_secret.entry_created", Kind.INTEGRATION, "A one-time link was made by which a person can enter an integration's client secret.", needs(ENTRY, EXPIRES_AT, SOURCE), may()),
  CLIENT_SECRET_ENTRY_WITHDRAWN("client_secret.entry_withdrawn", Kind.INTEGRATION, "A one-time link to enter a client secret was withdrawn before it was used.", needs(ENTRY, SOURCE), may()),
  CLIENT_SECRET_ROTATION_DUE("client_secret.rotation_due", Kind.INTEGRATION, "An integration's client secret is to be replaced, soon or by now; it works on. Reason says what makes it due.", needs(VERSION, DUE_AT, DAYS, OVERDUE), may(PROVIDER)),
  CLIENT_KEY_MADE("client_key.made", Kind.INTEGRATION, "An integration's first key pair was made; it signs at once.", needs(VERSION, SOURCE), may()),
  CLIENT_KEY_ROTATED("client_key.rotated", Kind.INTEGRATION, "An integration's next key pair was made and published; it signs from the time given on.", needs(VERSION, SOURCE, SIGNS_FROM), may()),
  CLIENT_KEY_ACTIVATED("client_key.activated", Kind.INTEGRATION, "An integration's next key pair signs from now on.", needs(VERSION, SOURCE), may()),
  CLIENT_KEY_RETIRED("client_key.retired", Kind.INTEGRATION, "A key pair of an integration signs no more.", needs(VERSION, SOURCE), may()),
  CLIENT_KEY_DESTROYED("client_key.destroyed", Kind.INTEGRATION, "What a key pair signed has expired; it was destroyed.", needs(VERSION), may()),
  CLIENT_SECRET_INTEGRITY_REFUSED("client_secret.integrity_refused", Kind.INTEGRATION, "A stored client secret does not belong where it stands.", needs(), may(VERSION)),

  CONNECT_SESSION_CREATED("connect.session_created", Kind.CONNECT_SESSION, "A connect session was made.", needs(END_USER, INTEGRATIONS), may(CONNECTION, EXPIRES_AT)),
  CONNECT_STARTED("connect.started", Kind.CONNECT_SESSION, "An end user went to the provider.", needs(INTEGRATION, PROVIDER, ATTEMPT), may(SCOPES_REQUESTED)),
  CONNECT_AUTHORIZED("connect.authorized", Kind.CONNECT_SESSION, "The provider answered; the code is sealed, not exchanged.", needs(INTEGRATION, PROVIDER, ATTEMPT), may()),
  CONNECT_FINISHED("connect.finished", Kind.CONNECT_SESSION, "The application finished the session.", needs(INTEGRATION, PROVIDER, CONNECTION), may(ATTEMPT, END_USER, TOKEN_CALLS)),
  CONNECT_FAILED("connect.failed", Kind.CONNECT_SESSION, "The flow ended without a connection.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT, HTTP_STATUS, TOKEN_CALLS)),
  CONNECT_REFUSED("connect.refused", Kind.CONNECT_SESSION, "A step was refused; reason says why.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT, TOKEN_CALLS)),
  CONNECT_EXPIRED("connect.expired", Kind.CONNECT_SESSION, "The session ran out; what was sealed for it is gone.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT)),

  CONNECTION_CREATED("connection.created", Kind.CONNECTION, "A connection was made.", needs(INTEGRATION, PROVIDER, END_USER), may(ACCOUNT, CREDENTIAL_TYPE, GENERATION, SCOPES_GRANTED, SCOPES_REQUESTED)),
  CONNECTION_IMPORTED("connection.imported", Kind.CONNECTION, "A connection was made from a secret the application brought.", needs(INTEGRATION, PROVIDER, END_USER), may(ACCOUNT, CREDENTIAL_TYPE, EXPIRES_AT, GENERATION, SCOPES_GRANTED)),
  CONNECTION_RECONNECTED("connection.reconnected", Kind.CONNECTION, "A connection got a new grant.", needs(INTEGRATION, PROVIDER), may(ACCOUNT, CREDENTIAL_TYPE, END_USER, GENERATION, SCOPES_GRANTED, SCOPES_REQUESTED)),
  CONNECTION_UPDATED("connection.updated", Kind.CONNECTION, "Metadata of a connection changed.", needs(), may(INTEGRATION, PROVIDER)),
  CONNECTION_REAUTH_UPCOMING("connection.reauth_upcoming", Kind.CONNECTION, "The grant of a connection ends on a date that only its end user can move, as far as the provider's limits say. Reason says which limit.", needs(DUE_AT, DAYS, GENERATION), may(INTEGRATION, PROVIDER)),
  CONNECTION_DISCONNECTED("connection.disconnected", Kind.CONNECTION, "A connection was ended and its credential erased.", needs(), may(INTEGRATION, PROVIDER, PURGE, GENERATION)),
  CONNECTION_PURGED("connection.purged", Kind.CONNECTION, "The shell of a connection was deleted.", needs(), may(INTEGRATION, PROVIDER)),
  CONNECTION_ERASED("connection.erased", Kind.CONNECTION, "A connection was deleted with its person.", needs(), may(INTEGRATION, PROVIDER, ERASURE)),

  CREDENTIAL_ERASED("credential.erased", Kind.CONNECTION, "The ciphertext of a connection's credential was erased.", needs(), may(INTEGRATION, PROVIDER, GENERATION)),
  CREDENTIAL_REPLACED("credential.replaced", Kind.CONNECTION, "A caller replaced the secret of a connection.", needs(GENERATION), may(INTEGRATION, PROVIDER, CREDENTIAL_TYPE, EXPIRES_AT)),
  CREDENTIAL_ROTATION_DUE("credential.rotation_due", Kind.CONNECTION, "The secret of a connection is to be replaced, soon or by now; it works on. Reason says what makes it due.", needs(GENERATION, DUE_AT, DAYS, OVERDUE), may(INTEGRATION, PROVIDER)),
  CREDENTIAL_READ("credential.read", Kind.CONNECTION, "Access tokens were handed to a caller, or refused; counted.", needs(CALLS, REPLICA), may()),
  CREDENTIAL_CALLED("credential.called", Kind.CONNECTION, "Calls were made with the credential injected, or refused; counted.", needs(CALLS, REPLICA), may()),
  CREDENTIAL_ECHOED("credential.echoed", Kind.CONNECTION, "Answers of a provider repeated the injected secret and were refused; counted.", needs(CALLS, REPLICA), may()),
  CREDENTIAL_INTEGRITY_REFUSED("credential.integrity_refused", Kind.CONNECTION, "A sealed record does not belong where it stands; it was not used.", needs(), may(INTEGRATION, PROVIDER, GENERATION, RECORD)),

  REFRESH_SUCCEEDED("refresh.succeeded", Kind.CONNECTION, "A credential was refreshed.", needs(GENERATION), may(INTEGRATION, PROVIDER, ATTEMPT, ROTATED, FORCED, HTTP_STATUS)),
  REFRESH_FAILED("refresh.failed", Kind.CONNECTION, "A refresh did not work; it will be tried again.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT, GENERATION, FORCED, FAILURES, HTTP_STATUS, RETRY_SECONDS)),
  REFRESH_REAUTH_REQUIRED("refresh.reauthorization_required", Kind.CONNECTION, "The provider no longer accepts the grant; the end user has to connect again.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT, GENERATION, HTTP_STATUS)),
  REFRESH_RECOVERED("refresh.recovered", Kind.CONNECTION, "An interrupted or failing refresh was put right.", needs(), may(INTEGRATION, PROVIDER, ATTEMPT, GENERATION)),
  JOURNAL_ENTRY_REFUSED("journal.entry_refused", Kind.WORKSPACE, "What stood in the rescue journal of a replica was not believed; reason says why.", needs(ENTRIES), may()),

  REVOCATION_SENT("revocation.sent", Kind.CONNECTION, "A revocation went to the provider.", needs(), may(REVOCATION, INTEGRATION, PROVIDER, TOKEN_KIND, TRIES, HTTP_STATUS)),
  REVOCATION_CONFIRMED("revocation.confirmed", Kind.CONNECTION, "The provider confirmed a revocation.", needs(), may(REVOCATION, INTEGRATION, PROVIDER, TOKEN_KIND, TRIES, HTTP_STATUS)),
  REVOCATION_GIVEN_UP("revocation.given_up", Kind.CONNECTION, "A revocation cannot be done; reason says why.", needs(), may(REVOCATION, INTEGRATION, PROVIDER, TOKEN_KIND, TRIES, HTTP_STATUS)),

  ERASURE_REQUESTED("erasure.requested", Kind.ERASURE, "The erasure of a person was asked for.", needs(), may(END_USER, CONNECTIONS)),
  ERASURE_COMPLETED("erasure.completed", Kind.ERASURE, "The erasure of a person is done.", needs(), may(CONNECTIONS, PENDING)),
  ERASURE_REPLAYED("erasure.replayed", Kind.ERASURE, "An erasure was carried out again: the store came back from a copy that was older.", needs(CONNECTIONS), may(END_USER)),
  ERASURE_LEDGER_REFUSED("erasure.ledger_refused", Kind.ERASURE, "An entry in the second place of the ledger of erasures is not what was written; it was not believed.", needs(), may()),
  INCIDENT_STARTED("incident.started", Kind.INCIDENT, "The end or renewal of every connection was asked for.", needs(INCIDENT_KIND), may(INTEGRATION)),
  INCIDENT_COMPLETED("incident.completed", Kind.INCIDENT, "Every connection of an incident has come to its end; the report is signed.", needs(INCIDENT_KIND, CONNECTIONS), may(INTEGRATION)),
  END_USER_EXPORTED("end_user.exported", Kind.END_USER, "Everything held about a person was exported, without secrets.", needs(), may(CONNECTIONS)),

  API_KEY_CREATED("api_key.created", Kind.API_KEY, "An API key was made.", needs(SCOPES, INTEGRATIONS, IP_RANGES, END_USER_REQUIRED), may(CALLS_PER_MINUTE, CALLS_PER_MONTH, CERTIFICATES, EXPIRES_AT, KEY_REQUEST)),
  API_KEY_REVOKED("api_key.revoked", Kind.API_KEY, "An API key was revoked.", needs(), may()),
  API_KEY_REFUSED("api_key.refused", Kind.API_KEY, "A stored API key was refused: its row was changed behind our back.", needs(), may(RECORD)),

  KEYSET_CREATED("keyset.created", Kind.KEYSET, "A keyset was made.", needs(KEK), may()),
  KEYSET_ACTIVATED("keyset.activated", Kind.KEYSET, "A keyset seals from now on.", needs(), may(KEK)),
  KEYSET_REWRAPPED("keyset.rewrapped", Kind.KEYSET, "A keyset was wrapped anew: by another key-encryption key, or by the newest version of the same.", needs(KEK), may()),
  KEYSET_DESTROYED("keyset.destroyed", Kind.KEYSET, "A keyset was destroyed; what it sealed is gone.", needs(), may(KEK)),
  KEYSET_INTEGRITY_REFUSED("keyset.integrity_refused", Kind.KEYSET, "A stored keyset is not what was written there; no keyset of that store is used until all are.", needs(), may()),
  KEK_REFUSED("kek.refused", Kind.KEK, "The key-management service refused a key.", needs(), may()),
  KEK_RECOVERED("kek.recovered", Kind.KEK, "The key-management service gives a key again.", needs(), may()),

  CHECKPOINT_REFUSED("checkpoint.refused", Kind.WORKSPACE, "A log does not fit the checkpoint that was signed of it; no other is signed until an operator has looked.", needs(LOG), may()),

  BACKUP_MADE("backup.made", Kind.BACKUP, "A backup of a database was written.", needs(LOG, ROWS, BYTES, SNAPSHOT_AT), may(CELL)),
  BACKUP_FAILED("backup.failed", Kind.BACKUP, "A backup of a database could not be made; reason says why.", needs(LOG), may(CELL)),
  BACKUP_RESTORED("backup.restored", Kind.BACKUP, "The store came back from a backup: what the log had behind the restored size is gone, and a new epoch begins.", needs(LOG, EPOCH, RESTORED_SIZE, SNAPSHOT_AT), may(WITNESSED_EPOCH, WITNESSED_SIZE, WITNESSED_ROOT)),

  JOB_STARTED("job.started", Kind.JOB, "Scheduled work began.", needs(), may(FAILURES)),
  JOB_COMPLETED("job.completed", Kind.JOB, "Scheduled work is done.", needs(DURATION_MS), may()),
  JOB_FAILED("job.failed", Kind.JOB, "Scheduled work failed.", needs(FAILURES), may(DURATION_MS, RETRY_SECONDS)),
  APPROVAL_ASKED("approval.asked", Kind.CHANGE, "The control plane proposed a change that waits for local approval.", needs(CONCERNS, MEMBER), may()),
  APPROVAL_WITHDRAWN("approval.withdrawn", Kind.CHANGE, "The control plane no longer proposes a change.", needs(CONCERNS, MEMBER), may()),
  APPROVAL_GIVEN("approval.given", Kind.CHANGE, "The operator approved a change; it is in force.", needs(CONCERNS, MEMBER), may()),
  APPROVAL_REFUSED("approval.refused", Kind.CHANGE, "The operator refused a change.", needs(CONCERNS, MEMBER), may()),
  CHANGE_APPLIED("change.applied", Kind.CHANGE, "A change of the control plane took effect without approval: it narrows, or the control plane is trusted.", needs(CONCERNS, MEMBER), may()),
  FEED_ROW_REFUSED("feed.row_refused", Kind.WORKSPACE, "A stored row of what was approved was changed behind our back; it is not in force.", needs(RECORD), may()),
  CONTROL_COMMAND_DONE("control_command.done", Kind.CONTROL_COMMAND, "A command of the control plane was carried out.", needs(COMMAND_KIND), may(CONNECTIONS)),
  CONTROL_COMMAND_WAITING("control_command.waiting", Kind.CONTROL_COMMAND, "A destructive command waits for local approval.", needs(COMMAND_KIND), may(CONNECTIONS)),
  CONTROL_COMMAND_REFUSED("control_command.refused", Kind.CONTROL_COMMAND, "A command was refused, by the proxy or its operator; reason says why.", needs(), may(COMMAND_KIND, CONNECTIONS)),
  CONTROL_COMMAND_EXPIRED("control_command.expired", Kind.CONTROL_COMMAND, "A command ran out before it was carried out.", needs(), may(COMMAND_KIND, CONNECTIONS)),
  CONTROL_COMMAND_FAILED("control_command.failed", Kind.CONTROL_COMMAND, "A command could not be carried out; reason says why.", needs(COMMAND_KIND), may(CONNECTIONS)),
  WEBHOOK_ENDPOINT_CHANGED("webhook.endpoint_changed", Kind.WEBHOOK, "A webhook endpoint was created, updated or removed.", needs(CHANGE), may()),
  WEBHOOK_ENDPOINT_DISABLED("webhook.endpoint_disabled", Kind.WEBHOOK, "A webhook endpoint answered that it is gone; it is told of nothing more until it is enabled.", needs(), may(DELIVERIES, HTTP_STATUS)),
  WEBHOOK_ENDPOINT_ENABLED("webhook.endpoint_enabled", Kind.WEBHOOK, "A disabled webhook endpoint was enabled.", needs(), may()),
  WEBHOOK_SECRET_MADE("webhook.secret_made", Kind.WEBHOOK, "The first signing secret of a webhook endpoint was made and shown.", needs(VERSION), may()),
  WEBHOOK_SECRET_ROTATED("webhook.secret_rotated", Kind.WEBHOOK, "A new signing secret of a webhook endpoint was made and shown; the one before signs along until it expires.", needs(VERSION, EXPIRES_AT), may()),
  WEBHOOK_ADDRESS_REFUSED("webhook.address_refused", Kind.WEBHOOK, "The address policy refused where a webhook endpoint leads to; nothing was sent.", needs(DELIVERY), may(EVENT)),
  WEBHOOK_DELIVERY_DEAD("webhook.delivery_dead", Kind.WEBHOOK, "Events did not reach a webhook endpoint and are not tried any more; reason says why.", needs(), may(DELIVERY, DELIVERIES, EVENT, TRIES, HTTP_STATUS)),
  WEBHOOK_DELIVERY_REPLAYED("webhook.delivery_replayed", Kind.WEBHOOK, "An event is sent to a webhook endpoint once more.", needs(DELIVERY, EVENT), may(TRIES)),
  LINK_ENROLLED("link.enrolled", Kind.DATA_PLANE, "This proxy was enrolled with a control plane.", needs(), may()),
  OPERATOR_COMMAND_RUN("operator.command_run", Kind.COMMAND, "An operator ran a command.", needs(), may()),
  STRANGER_REFUSED("stranger.refused", Kind.WORKSPACE, "Requests without a valid identity were refused; counted per reason, integration and minute.", needs(CALLS, REPLICA), may(INTEGRATION));
  // @formatter:on

  private final String word;
  private final Kind object;
  private final String meaning;
  private final Set<AuditDetail> needed;
  private final Set<AuditDetail> optional;

  AuditType(String word, Kind object, String meaning, Set<AuditDetail> needed, Set<AuditDetail> optional) {
    this.word = word;
    this.object = object;
    this.meaning = meaning;
    this.needed = needed;
    this.optional = optional;
  }

  private static Set<AuditDetail> needs(AuditDetail... members) {
    return set(members);
  }

  private static Set<AuditDetail> may(AuditDetail... members) {
    return set(members);
  }

  private static Set<AuditDetail> set(AuditDetail... members) {
    return Set.of(members);
  }

  /** The dotted name in the event. */
  public String word() {
    return word;
  }

  /** The type of a dotted name. */
  public static Optional<AuditType> of(String word) {
    for (AuditType type : values()) {
      if (type.word.equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  Kind object() {
    return object;
  }

  String meaning() {
    return meaning;
  }

  boolean requires(AuditDetail member) {
    return needed.contains(member);
  }

  boolean allows(AuditDetail member) {
    return needed.contains(member) || optional.contains(member);
  }
}
