package dev.authpipe.testkit.sandbox;

import dev.authpipe.testkit.ConcealedText;

/** The first access and refresh token of a grant, as somebody who was here before would have them. */
public record IssuedTokens(ConcealedText accessToken, ConcealedText refreshToken) {}
