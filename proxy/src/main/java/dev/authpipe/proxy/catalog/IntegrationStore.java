package dev.authpipe.proxy.catalog;

import static dev.authpipe.db.vault.Tables.INTEGRATION;
import static dev.authpipe.db.vault.Tables.WORKSPACE;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;

/** The stable ids of workspaces and integrations. Never holds a setting: those stand in the configuration. */
final class IntegrationStore {
  private IntegrationStore() {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record WorkspaceRecord(UUID id, String name, String kekName, byte[] mac) {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record IntegrationRecord(UUID id, String slug, String provider, byte[] mac) {}

  /** The id of the workspace with this name, asked without a workspace (S34). */
  static Optional<UUID> findWorkspace(DSLContext dsl, String name) {
    return dsl.select(DSL.field("workspace_id", UUID.class)).from("find_workspace({0})", DSL.val(name))
        .fetchOptional(Record1::value1);
  }

  /** Adds the transaction's workspace; false when another replica added one of this name first. */
  static boolean addWorkspace(Tx tx, WorkspaceRecord workspace, byte[] settingsHash) {
    return tx.dsl().insertInto(WORKSPACE).set(WORKSPACE.WORKSPACE_ID, workspace.id).set(WORKSPACE.NAME, workspace.name)
        .set(WORKSPACE.KEK_NAME, workspace.kekName).set(WORKSPACE.SETTINGS_HASH, settingsHash).set(WORKSPACE.MAC, workspace.mac)
        .onConflictDoNothing().execute() == 1;
  }

  static Optional<WorkspaceRecord> workspace(Tx tx) {
    return tx.dsl().select(WORKSPACE.WORKSPACE_ID, WORKSPACE.NAME, WORKSPACE.KEK_NAME, WORKSPACE.MAC).from(WORKSPACE)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value()))
        .fetchOptional(r -> new WorkspaceRecord(r.value1(), r.value2(), r.value3(), r.value4()));
  }

  /** Adds an integration; false when another replica added one of this slug first. */
  static boolean add(Tx tx, IntegrationRecord integration, byte[] settingsHash) {
    return tx.dsl().insertInto(INTEGRATION).set(INTEGRATION.WORKSPACE_ID, tx.workspace().value())
        .set(INTEGRATION.INTEGRATION_ID, integration.id).set(INTEGRATION.SLUG, integration.slug)
        .set(INTEGRATION.PROVIDER, integration.provider).set(INTEGRATION.SETTINGS_HASH, settingsHash)
        .set(INTEGRATION.MAC, integration.mac)
        .onConflictDoNothing().execute() == 1;
  }

  static Optional<IntegrationRecord> integration(Tx tx, String slug) {
    return tx.dsl().select(INTEGRATION.INTEGRATION_ID, INTEGRATION.SLUG, INTEGRATION.PROVIDER, INTEGRATION.MAC).from(INTEGRATION)
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.SLUG.eq(slug))
        .fetchOptional(r -> new IntegrationRecord(r.value1(), r.value2(), r.value3(), r.value4()));
  }

  static Optional<IntegrationRecord> integration(Tx tx, UUID id) {
    return tx.dsl().select(INTEGRATION.INTEGRATION_ID, INTEGRATION.SLUG, INTEGRATION.PROVIDER, INTEGRATION.MAC).from(INTEGRATION)
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.INTEGRATION_ID.eq(id))
        .fetchOptional(r -> new IntegrationRecord(r.value1(), r.value2(), r.value3(), r.value4()));
  }

  static void moveUnder(Tx tx, String kekName, byte[] mac) {
    tx.dsl().update(WORKSPACE).set(WORKSPACE.KEK_NAME, kekName).set(WORKSPACE.MAC, mac)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  static void rename(Tx tx, String name, byte[] mac) {
    tx.dsl().update(WORKSPACE).set(WORKSPACE.NAME, name).set(WORKSPACE.MAC, mac)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  static void rename(Tx tx, IntegrationRecord renamed, byte[] mac) {
    tx.dsl().update(INTEGRATION).set(INTEGRATION.SLUG, renamed.slug).set(INTEGRATION.MAC, mac)
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.INTEGRATION_ID.eq(renamed.id)).execute();
  }

  /** Whether the workspace's settings differ from what was remembered; remembers these. */
  static boolean workspaceChanged(Tx tx, byte[] settingsHash) {
    return tx.dsl().update(WORKSPACE).set(WORKSPACE.SETTINGS_HASH, settingsHash)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).and(WORKSPACE.SETTINGS_HASH.ne(settingsHash)).execute() == 1;
  }

  /** Whether the integration's settings differ from what was remembered, or it was disabled; remembers these and enables it. */
  static boolean changed(Tx tx, UUID integration, byte[] settingsHash) {
    return tx.dsl().update(INTEGRATION).set(INTEGRATION.SETTINGS_HASH, settingsHash).setNull(INTEGRATION.DISABLED_AT)
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.INTEGRATION_ID.eq(integration))
        .and(INTEGRATION.SETTINGS_HASH.ne(settingsHash).or(INTEGRATION.DISABLED_AT.isNotNull())).execute() == 1;
  }

  /** Disables every integration of the workspace but these, and tells which ones. */
  static List<IntegrationRecord> disableOthers(Tx tx, List<UUID> kept) {
    return tx.dsl().update(INTEGRATION).set(INTEGRATION.DISABLED_AT, DSL.currentOffsetDateTime())
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.INTEGRATION_ID.notIn(kept))
        .and(INTEGRATION.DISABLED_AT.isNull())
        .returningResult(INTEGRATION.INTEGRATION_ID, INTEGRATION.SLUG, INTEGRATION.PROVIDER, INTEGRATION.MAC)
        .fetch(r -> new IntegrationRecord(r.value1(), r.value2(), r.value3(), r.value4()));
  }

  /** The ids of all workspaces, asked without a workspace (S34). */
  static List<UUID> allWorkspaces(DSLContext dsl) {
    return dsl.select(DSL.field("workspace_id", UUID.class)).from("list_workspaces()").fetch(Record1::value1);
  }

  /** Deletes the transaction's workspace and its integrations. */
  static int erase(Tx tx) {
    return tx.dsl().deleteFrom(INTEGRATION).where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).execute()
        + tx.dsl().deleteFrom(WORKSPACE).where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
