package com.example.tasks;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;

import dev.authpipe.sdk.micronaut.ThroughAuthpipe;

/** The provider's API. Nothing here knows of a credential. */
@ThroughAuthpipe
@Client("${authpipe.proxy}")
interface Issues {
  @Get(value = "/issues", consumes = MediaType.APPLICATION_JSON)
  String list();
}
