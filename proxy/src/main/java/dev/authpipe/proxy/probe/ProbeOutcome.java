package dev.authpipe.proxy.probe;

/** Whether a credential is alive at its provider. Never carries a provider's own text. */
public sealed interface ProbeOutcome {
  /** The provider accepted it. */
  record Alive() implements ProbeOutcome {}

  /** The provider answered and did not accept it. */
  record Refused(int httpStatus) implements ProbeOutcome {}

  /** The provider gave no usable answer; nothing is known. */
  record Unreachable() implements ProbeOutcome {}

  /** The catalog knows no request that would tell. */
  record NotOffered() implements ProbeOutcome {}

  /** The word in the API. */
  default String word() {
    return switch (this) {
      case Alive() -> "alive";
      case Refused(int status) -> "refused";
      case Unreachable() -> "unreachable";
      case NotOffered() -> "not_offered";
    };
  }
}
