package dev.authpipe.control.dataplane;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * An enrolment code, shown once.
 *
 * @param dataPlane     the data plane that it enrols
 * @param enrolmentCode for the standard input of {@code command}; shown once
 * @param expiresAt     when it ends, used or not
 * @param command       what to run beside the proxy
 */
@Introspected
@Schema(name = "Enrolment")
record EnrolmentView(DataPlaneView dataPlane, String enrolmentCode, Instant expiresAt, String command) {
  static final String COMMAND = "bin/authpipe enrol --config authpipe.yaml";

  /** Never the code. */
  @Override
  public String toString() {
    return "enrolment of " + dataPlane.id();
  }
}
