package dev.authpipe.proxy.envelope;

/** The deployment's own keys; the names are part of the stored format and must never change. */
enum DeploymentPurpose {
  API_KEY_HASH("api-key-hash"),
  AUTHORITY_MAC("authority-mac"),
  HASH("hash"),
  AUDIT_SIGNING("audit-signing");

  private final String label;

  DeploymentPurpose(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  WrapContext context(String deployment, int version) {
    return new WrapContext("deployment-" + label, deployment, null, version);
  }
}
