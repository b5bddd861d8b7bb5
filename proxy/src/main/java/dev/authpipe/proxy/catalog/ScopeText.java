package dev.authpipe.proxy.catalog;

/**
 * A scope in plain words for the hosted page.
 *
 * @param scope as the provider writes it
 * @param text  what it lets the application do, as the end of "The application may …"
 */
public record ScopeText(String scope, String text) {}
