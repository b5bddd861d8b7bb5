package com.example.tasks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.micronaut.UserConnection;
import dev.authpipe.sdk.micronaut.UserConnections;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IntegrationName;

/** What the filter needs: the client, its key, and which connection a call uses. */
@Factory
final class AuthpipeFactory {

  /** From a file that only this program may read, never from the environment. */
  @Singleton
  ApiKey apiKey(@Value("${authpipe.api-key-file}") String file) throws IOException {
    return new ApiKey(Files.readString(Path.of(file)).strip());
  }

  @Singleton
  Authpipe authpipe(@Value("${authpipe.proxy}") String proxy, ApiKey apiKey) {
    return Authpipe.at(URI.create(proxy), apiKey).build();
  }

  /** An application takes the person from its own login session. */
  @Bean
  @Singleton
  UserConnections connections(Authpipe authpipe, @Value("${authpipe.integration}") String integration,
      @Value("${authpipe.end-user}") String endUser) {
    EndUserId person = new EndUserId(endUser);
    ConnectionFilter theirs = ConnectionFilter.of(person).withIntegration(new IntegrationName(integration))
        .withStatus(ConnectionStatus.ACTIVE);
    return call -> authpipe.connections().list(theirs).stream().findFirst()
        .map(one -> new UserConnection(one.id(), person))
        .orElseThrow(NotConnectedException::new);
  }
}
