package dev.authpipe.proxy.proof;

import java.net.URI;

/** Where the three listeners of one proxy are reached. */
public record ProxyAddresses(URI api, URI connect, URI management) {}
