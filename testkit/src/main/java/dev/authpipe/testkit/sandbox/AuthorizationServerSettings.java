package dev.authpipe.testkit.sandbox;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

import javax.net.ssl.SSLContext;

import dev.authpipe.testkit.CanaryText;

/**
 * How the sandbox provider behaves. Everything may be changed while it runs, except TLS, host name, clock and randomness, which
 * are read once at its start.
 */
public final class AuthorizationServerSettings {

  private final InstantSource clock;
  private volatile RandomGenerator random = new SecureRandom();
  private volatile RefreshRotation rotation = RefreshRotation.none();
  private volatile RevocationReach revocationReach = RevocationReach.GRANT;
  private volatile AssertionAudience assertionAudience = AssertionAudience.EITHER;
  private volatile Duration accessTokenLifetime = Duration.ofHours(1);
  private volatile Duration codeLifetime = Duration.ofMinutes(5);
  private volatile boolean refreshKillsAccessToken;
  private volatile boolean refreshTokenForClients;
  private volatile boolean issuerInCallback = true;
  private volatile boolean parRequired;
  private volatile boolean consentPage;
  private volatile Optional<CanaryText> canary = Optional.empty();
  private volatile Optional<SSLContext> tls = Optional.empty();
  private volatile String hostName = "127.0.0.1";

  public AuthorizationServerSettings(InstantSource clock) {
    this.clock = clock;
  }

  /** The default is {@link RefreshRotation.None}. */
  public AuthorizationServerSettings rotation(RefreshRotation value) {
    rotation = value;
    return this;
  }

  /** Whether a successful refresh ends the access tokens issued before, as at GitHub Apps and Zendesk. */
  public AuthorizationServerSettings refreshKillsAccessToken(boolean value) {
    refreshKillsAccessToken = value;
    return this;
  }

  /** Whether the answer to client credentials has a refresh token, which it should not (RFC 6749, section 4.4.3). The default is no. */
  public AuthorizationServerSettings refreshTokenForClients(boolean value) {
    refreshTokenForClients = value;
    return this;
  }

  /** The default is one hour; it is what {@code expires_in} says. */
  public AuthorizationServerSettings accessTokenLifetime(Duration value) {
    accessTokenLifetime = value;
    return this;
  }

  public AuthorizationServerSettings codeLifetime(Duration value) {
    codeLifetime = value;
    return this;
  }

  public AuthorizationServerSettings revocationReach(RevocationReach value) {
    revocationReach = value;
    return this;
  }

  public AuthorizationServerSettings assertionAudience(AssertionAudience value) {
    assertionAudience = value;
    return this;
  }

  /** Whether callbacks carry {@code iss} and the metadata announces it (RFC 9207). The default is yes. */
  public AuthorizationServerSettings issuerInCallback(boolean value) {
    issuerInCallback = value;
    return this;
  }

  /** Whether only pushed authorization requests are accepted (RFC 9126). */
  public AuthorizationServerSettings parRequired(boolean value) {
    parRequired = value;
    return this;
  }

  /** Whether a person is asked on a page, instead of the next account consenting by itself. */
  public AuthorizationServerSettings consentPage(boolean value) {
    consentPage = value;
    return this;
  }

  /** Makes every code, access token, refresh token and API key carry this canary. */
  public AuthorizationServerSettings canary(CanaryText value) {
    canary = Optional.of(value);
    return this;
  }

  public AuthorizationServerSettings random(RandomGenerator value) {
    random = value;
    return this;
  }

  public AuthorizationServerSettings tls(SSLContext value) {
    tls = Optional.of(value);
    return this;
  }

  /** The host name in issuer and endpoints; it must lead to 127.0.0.1. */
  public AuthorizationServerSettings hostName(String value) {
    hostName = value;
    return this;
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator random() {
    return random;
  }

  RefreshRotation rotation() {
    return rotation;
  }

  boolean refreshKillsAccessToken() {
    return refreshKillsAccessToken;
  }

  Duration accessTokenLifetime() {
    return accessTokenLifetime;
  }

  Duration codeLifetime() {
    return codeLifetime;
  }

  RevocationReach revocationReach() {
    return revocationReach;
  }

  AssertionAudience assertionAudience() {
    return assertionAudience;
  }

  boolean refreshTokenForClients() {
    return refreshTokenForClients;
  }

  boolean issuerInCallback() {
    return issuerInCallback;
  }

  boolean parRequired() {
    return parRequired;
  }

  boolean consentPage() {
    return consentPage;
  }

  Optional<CanaryText> canary() {
    return canary;
  }

  Optional<SSLContext> tls() {
    return tls;
  }

  String hostName() {
    return hostName;
  }
}
