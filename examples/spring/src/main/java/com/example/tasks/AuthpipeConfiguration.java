package com.example.tasks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.client.RestClient;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.spring.AuthpipeAuthorizedClientManager;
import dev.authpipe.sdk.spring.UserConnection;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.EndUserId;

/** The client of the proxy, and Spring's own HTTP client with access tokens that come from it. */
@Configuration
class AuthpipeConfiguration {

  /** The API key comes from a file that only this program may read, never from the environment. */
  @Bean
  Authpipe authpipe(@Value("${authpipe.proxy}") URI proxy, @Value("${authpipe.api-key-file}") Path keyFile) throws IOException {
    return Authpipe.at(proxy, new ApiKey(Files.readString(keyFile).strip())).build();
  }

  /** Whoever is signed in, and their connection. There is one integration here; with several the registration names which. */
  @Bean
  AuthpipeAuthorizedClientManager authorizedClients(Authpipe authpipe, Accounts accounts) {
    return new AuthpipeAuthorizedClientManager(authpipe, (registration, principal) -> {
      EndUserId endUser = new EndUserId(principal.getName());
      return accounts.of(endUser).map(one -> new UserConnection(one.id(), endUser));
    });
  }

  /** For what insists on sending the access token itself; {@link IssuesController} shows the better way beside it. */
  @Bean
  RestClient provider(AuthpipeAuthorizedClientManager clients, @Value("${authpipe.integration}") String integration,
      @Value("${provider.api}") URI api) {
    OAuth2ClientHttpRequestInterceptor accessTokens = new OAuth2ClientHttpRequestInterceptor(clients);
    accessTokens.setClientRegistrationIdResolver(request -> integration);
    accessTokens.setAuthorizationFailureHandler(clients);
    return RestClient.builder().baseUrl(api).requestInterceptor(accessTokens).build();
  }

  @Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(all -> all.anyRequest().authenticated()).formLogin(Customizer.withDefaults()).build();
  }

  @Bean
  UserDetailsService users() {
    return new InMemoryUserDetailsManager(User.withUsername("ada").password("{noop}ada").build(),
        User.withUsername("bob").password("{noop}bob").build());
  }
}
