package dev.authpipe.control.dataplane.report;

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
import dev.authpipe.wire.ReportAnswer;
import dev.authpipe.wire.ReportBatch;

/** Receives reports. Never takes a member that the schema does not have. */
@Hidden
@Controller(value = "/link/v1", port = "${authpipe.link.port}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class LinkReportController {
  private final Reports reports;
  private final LinkRefusals refusals;

  LinkReportController(Reports reports, LinkRefusals refusals) {
    this.reports = reports;
    this.refusals = refusals;
  }

  @Post("/reports")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> take(HttpRequest<?> request, LinkPeer peer, @Body byte[] body) {
    KnownParameters.only(request);
    String requestId = RequestIds.of(request);
    ReportBatch batch = refusals.read(peer, requestId, ReportBatch.class, body);
    return LinkJson.answer(new ReportAnswer(1, refusals.orRefuse(peer, requestId, () -> reports.take(peer, requestId, batch))));
  }
}
