package dev.authpipe.control.dataplane;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.wire.Enrolment;
import dev.authpipe.wire.Heartbeat;
import dev.authpipe.wire.NextIdentity;

/** The link's documents about the proxy itself (docs/link-format.md). Never hands out anything about a workspace. */
@Hidden
@Controller(value = "/link/v1", port = "${authpipe.link.port}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class LinkController {
  private final Enrolments enrolments;
  private final DataPlanes planes;
  private final LinkRefusals refusals;

  LinkController(Enrolments enrolments, DataPlanes planes, LinkRefusals refusals) {
    this.enrolments = enrolments;
    this.planes = planes;
    this.refusals = refusals;
  }

  @Post("/enrol")
  @Needs(Permission.LINK_ENROLMENT)
  HttpResponse<byte[]> enrol(HttpRequest<?> request, @Body byte[] body) {
    KnownParameters.only(request);
    Enrolment wanted = refusals.read(null, RequestIds.of(request), Enrolment.class, body);
    LinkIdentity identity = LinkIdentity.of(request).orElseThrow();
    try {
      return LinkJson.answer(refusals.orRefuse(null, RequestIds.of(request), () -> enrolments.enrol(identity, wanted)));
    } catch (ProblemException refused) {
      refusals.record(null, RequestIds.of(request), "enrolment_refused");
      throw refused;
    }
  }

  @Post("/identity")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> renew(HttpRequest<?> request, LinkPeer peer, @Body byte[] body) {
    KnownParameters.only(request);
    NextIdentity next = refusals.read(peer, RequestIds.of(request), NextIdentity.class, body);
    enrolments.announce(peer, RequestIds.of(request), new LinkIdentity(next.next()));
    return HttpResponse.noContent();
  }

  @Post("/heartbeat")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> heartbeat(HttpRequest<?> request, LinkPeer peer, @Body byte[] body) {
    KnownParameters.only(request);
    planes.heartbeat(peer, refusals.read(peer, RequestIds.of(request), Heartbeat.class, body));
    return HttpResponse.noContent();
  }
}
