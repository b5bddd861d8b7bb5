/**
 * KEKs in AWS KMS.
 */
@NullMarked
package dev.authpipe.proxy.envelope.aws;

import org.jspecify.annotations.NullMarked;
