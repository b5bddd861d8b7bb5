package dev.authpipe.control.policy;

import static dev.authpipe.db.control.Tables.BRANDING;
import static dev.authpipe.db.control.Tables.POLICY;

import java.time.OffsetDateTime;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.BrandingRecord;
import dev.authpipe.db.control.tables.records.PolicyRecord;

/** SQL of policies and branding, one row each a workspace. Never sees more than the workspace of the transaction. */
final class PolicyStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private PolicyStore() {}

  static Policy policy(Tx tx) {
    return tx.dsl().selectFrom(POLICY).where(POLICY.WORKSPACE_ID.eq(tx.workspace().value())).fetchOptional()
        .map(PolicyStore::policy).orElse(Policy.USUAL);
  }

  static Policy save(Tx tx, Policy wanted) {
    PolicyRecord row = new PolicyRecord();
    row.setRetentionDays(wanted.retentionDays());
    row.setStrictAudit(wanted.strictAudit());
    row.set(POLICY.CONNECT_ORIGIN, wanted.connectOrigin());
    return policy(tx.dsl().insertInto(POLICY).set(POLICY.WORKSPACE_ID, tx.workspace().value()).set(row)
        .onConflict(POLICY.WORKSPACE_ID)
        .doUpdate().set(row).set(POLICY.VERSION, POLICY.VERSION.plus(1)).set(POLICY.UPDATED_AT, NOW).returning().fetchSingle());
  }

  static Branding branding(Tx tx) {
    return tx.dsl().selectFrom(BRANDING).where(BRANDING.WORKSPACE_ID.eq(tx.workspace().value())).fetchOptional()
        .map(PolicyStore::branding).orElse(Branding.NONE);
  }

  static Branding save(Tx tx, Branding wanted) {
    BrandingRecord row = new BrandingRecord();
    row.set(BRANDING.NAME, wanted.name());
    row.set(BRANDING.ACCENT_COLOR, wanted.accentColor());
    row.set(BRANDING.BACKGROUND_COLOR, wanted.backgroundColor());
    row.set(BRANDING.SUPPORT_URL, wanted.supportUrl());
    row.set(BRANDING.PRIVACY_URL, wanted.privacyUrl());
    PngImage logo = wanted.logo();
    row.set(BRANDING.LOGO, logo == null ? null : logo.bytes());
    return branding(
        tx.dsl().insertInto(BRANDING).set(BRANDING.WORKSPACE_ID, tx.workspace().value()).set(row)
            .onConflict(BRANDING.WORKSPACE_ID)
            .doUpdate().set(row).set(BRANDING.VERSION, BRANDING.VERSION.plus(1)).set(BRANDING.UPDATED_AT, NOW).returning()
            .fetchSingle());
  }

  private static Policy policy(PolicyRecord row) {
    return new Policy(row.getRetentionDays(), row.getStrictAudit(), row.getConnectOrigin(), row.getVersion());
  }

  private static Branding branding(BrandingRecord row) {
    byte @Nullable [] logo = row.getLogo();
    return new Branding(row.getName(), row.getAccentColor(), row.getBackgroundColor(), row.getSupportUrl(), row.getPrivacyUrl(),
        logo == null ? null : PngImage.of(logo), row.getVersion());
  }
}
