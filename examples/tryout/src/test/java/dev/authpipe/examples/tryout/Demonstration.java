package dev.authpipe.examples.tryout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.flow.ProviderView;
import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.StepReport;
import dev.authpipe.quickstart.flow.StepResult;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.sdk.Authpipe;

/** What {@code bin/authpipe demo} starts, on free ports: a real proxy and control plane, and the sandbox provider. */
final class Demonstration implements AutoCloseable {
  private final Ports ports = Ports.free();
  private final Stage stage;

  private Demonstration() throws IOException {
    this.stage = Stage.empty(ports);
  }

  static Demonstration started() throws IOException {
    Demonstration demonstration = new Demonstration();
    List<StepResult> results = new ArrayList<>();
    boolean held = new Flow(new StepReport() {
      @Override
      public void begins(Step step) {}

      @Override
      public void ended(StepResult result) {
        results.add(result);
      }
    }).run(demonstration.stage.steps());
    if (!held) {
      demonstration.close();
    }
    assertThat(held).as(results::toString).isTrue();
    return demonstration;
  }

  URI api() {
    return stage.surroundings().api();
  }

  Path apiKeyFile() {
    return stage.apiKeyFile();
  }

  ProviderView provider() {
    return stage.surroundings().provider();
  }

  /** Where an example listens, so that it may be returned to. */
  int examplePort() {
    return ports.example();
  }

  Authpipe authpipe() {
    return Authpipe.at(api(), stage.surroundings().apiKey()).build();
  }

  @Override
  public void close() {
    stage.close();
  }
}
