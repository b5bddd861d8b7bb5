package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.proxy.link.Enrolling;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.DataPlaneId;

/** {@code authpipe enrol}: makes this proxy known to a control plane by a code from standard input, or renews its key. Never shows the code. */
@Command(name = "enrol", description = "Read an enrolment code from standard input and make this proxy known to the control plane.")
final class EnrolCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--renew", description = "Give this proxy a new key instead; no code is read.")
  boolean renew;

  EnrolCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (renew) {
      try (OperatorSession session = OperatorSession.open(common.file(), "enrol.renew")) {
        String identity = session.get(Enrolling.class).renew();
        console.result(common.json, Map.of("identity", identity), List.of("renewed; the identity is " + identity));
        return 0;
      }
    }
    try (SecretText code = console.readSecret(); OperatorSession session = OperatorSession.open(common.file(), "enrol")) {
      DataPlaneId plane = session.get(Enrolling.class).enrol(code);
      console.result(common.json, Map.of("data_plane", plane.toString()), List.of("enrolled as " + plane));
      return 0;
    }
  }
}
