package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Writes the control plane's settings file and the secrets that it names, into a directory that the proxy does not know. */
final class ControlSettingsFile {
  static final String REGION = "eu";

  private static final int KEY_BYTES = 32;

  private ControlSettingsFile() {}

  static Path write(Workplace workplace, Ports ports, EmbeddedDatabases.StoreSet stores, int mail) throws IOException {
    String password = random();
    workplace.write("postgres-password", stores.password() + "\n");
    workplace.write("link-password", password + "\n");
    workplace.write("sealing-key", random() + "\n");
    writeLinkKey(workplace.write("link.p12", ""), password);
    return workplace.write("control-plane.yaml", """
        mode: development
        listeners:
          dashboard: {port: %d}
          link: {port: %d}
          management: {port: %d}
        link: {key_store: link.p12, key_store_password: {file: link-password}, sealing_key: {file: sealing-key}}
        store:
          url: %s
          password: {file: postgres-password}
        workspaces: {regions: [%s]}
        shutdown: {drain: 1 s}
        mail:
          from: authpipe@demo.example
          smtp: {host: 127.0.0.1, port: %d, protection: none}
        """.formatted(ports.dashboard(), ports.link(), ports.controlManagement(), stores.jdbcUrl(Store.CONTROL), REGION, mail));
  }

  /** Our own key of the link, with the certificate that proxies pin. */
  private static void writeLinkKey(Path file, String password) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      X509Bundle own = new CertificateBuilder().ecp256().subject("CN=link").setIsCertificateAuthority(true).buildSelfSigned();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("link", own.getKeyPair().getPrivate(), password.toCharArray(), new Certificate[]{own.getCertificate()});
      store.store(out, password.toCharArray());
    } catch (IOException failure) {
      throw failure;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("the demo's key of the link could not be made", failure);
    } catch (Exception failure) {
      throw new IllegalStateException("the demo's certificate could not be made", failure);
    }
  }

  private static String random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
