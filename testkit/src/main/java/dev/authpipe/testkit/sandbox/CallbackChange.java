package dev.authpipe.testkit.sandbox;

/** How one answer of the authorization endpoint differs from the correct one. Several can be combined on one answer. */
public sealed interface CallbackChange {

  /** Another value for {@code iss}. */
  record Issuer(String issuer) implements CallbackChange {}

  /** The true issuer with a slash at its end. */
  record TrailingSlashIssuer() implements CallbackChange {}

  record WithoutIssuer() implements CallbackChange {}

  /** An error instead of a code; whether {@code iss} is sent follows the settings and the other changes. */
  record ErrorAnswer(String error) implements CallbackChange {}

  /** One more parameter, such as {@code installation_id}; an existing one of that name stays and is repeated. */
  record ExtraParameter(String name, String value) implements CallbackChange {}

  /** Another {@code state} than the client sent. */
  record State(String state) implements CallbackChange {}

  static CallbackChange issuer(String issuer) {
    return new Issuer(issuer);
  }

  static CallbackChange trailingSlashIssuer() {
    return new TrailingSlashIssuer();
  }

  static CallbackChange withoutIssuer() {
    return new WithoutIssuer();
  }

  static CallbackChange error(String error) {
    return new ErrorAnswer(error);
  }

  static CallbackChange extra(String name, String value) {
    return new ExtraParameter(name, value);
  }

  static CallbackChange state(String state) {
    return new State(state);
  }
}
