package com.example.tasks;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;

/** Somebody's issues, read through the proxy. */
@Controller
class IssuesController {
  private final Issues issues;

  IssuesController(Issues issues) {
    this.issues = issues;
  }

  @Get("/issues")
  @ExecuteOn(TaskExecutors.BLOCKING)
  String list() {
    return issues.list();
  }

  @Error
  HttpResponse<String> notConnected(NotConnectedException missing) {
    return HttpResponse.<String>status(HttpStatus.CONFLICT).body("connect first");
  }

  @Error
  HttpResponse<String> refused(AuthpipeException refusal) {
    return refusal instanceof ConnectionUnusableException
        ? HttpResponse.<String>status(HttpStatus.CONFLICT).body("connect again")
        : HttpResponse.<String>status(HttpStatus.BAD_GATEWAY).body(refusal.code().value());
  }
}
