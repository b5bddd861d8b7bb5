package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.time.Duration;

import dev.authpipe.sdk.value.AccessToken;

/** The provider as the steps look at it from outside: what it holds and what reached it. */
public interface ProviderView {

  /** The base of its API, without a slash at its end. */
  URI apiBase();

  /** How often a code was exchanged at its token endpoint. */
  int codeExchanges();

  /** How often a refresh token was used at its token endpoint. */
  int refreshes();

  /** How often something was revoked. */
  int revocations();

  /** Whether any access or refresh token still works. */
  boolean holdsAnythingAlive();

  /** Whether the last call of its API carried this access token. */
  boolean lastCallCarried(AccessToken accessToken);

  /** Lets time pass, for the provider and for the proxy alike. */
  void timePasses(Duration step);
}
