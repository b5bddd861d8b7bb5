package dev.authpipe.proxy.forward;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.echo.EchoGuard;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Puts the credential into a request the way the profile says, and tells the guard, so that none is sent that is not looked for in the answer.
 * Never adds a second value beside one that is there.
 */
final class Injector {
  private Injector() {}

  static void inject(HttpHeaders headers, ApiProfile.Injection injection, OpenCredential credential, EchoGuard guard) {
    guard.watch(credential.accessToken().exposeUtf8());
    if (credential.type() == CredentialType.BASIC) {
      headers.set(HttpHeaderNames.AUTHORIZATION, "Basic " + basic(credential, guard));
    } else {
      headers.set(injection.header(), injection.before() + credential.accessToken().expose() + injection.after());
    }
  }

  /** User name and password as RFC 7617 joins them. */
  private static String basic(OpenCredential credential, EchoGuard guard) {
    String username = credential.username();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes((username == null ? "" : username).getBytes(StandardCharsets.UTF_8));
    joined.write(':');
    joined.writeBytes(credential.accessToken().exposeUtf8());
    byte[] bytes = joined.toByteArray();
    byte[] unpadded = Base64.getEncoder().withoutPadding().encode(bytes);
    guard.watch(unpadded);
    try {
      return Base64.getEncoder().encodeToString(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(unpadded, (byte) 0);
    }
  }
}
