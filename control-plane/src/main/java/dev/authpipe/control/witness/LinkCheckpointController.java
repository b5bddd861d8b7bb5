package dev.authpipe.control.witness;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.control.dataplane.LinkRefusals;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.wire.CheckpointAnswer;
import dev.authpipe.wire.CheckpointBatch;

/** Receives checkpoints. Never takes one that does not continue the last. */
@Hidden
@Controller(value = "/link/v1", port = "${authpipe.link.port}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class LinkCheckpointController {
  private final Witness witness;
  private final LinkRefusals refusals;

  LinkCheckpointController(Witness witness, LinkRefusals refusals) {
    this.witness = witness;
    this.refusals = refusals;
  }

  @Post("/checkpoints")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> take(HttpRequest<?> request, LinkPeer peer, @Body byte[] body) {
    KnownParameters.only(request);
    String requestId = RequestIds.of(request);
    CheckpointBatch batch = refusals.read(peer, requestId, CheckpointBatch.class, body);
    return LinkJson.answer(new CheckpointAnswer(1,
        batch.checkpoints().stream().map(sent -> witness.take(peer, requestId, sent)).toList()));
  }
}
