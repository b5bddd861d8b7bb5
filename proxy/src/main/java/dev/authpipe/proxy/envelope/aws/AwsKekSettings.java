package dev.authpipe.proxy.envelope.aws;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * How the operator reaches a key in AWS KMS. Holds no secret.
 *
 * @param key             ARN, id or {@code alias/…} of a symmetric key; another account's by ARN only
 * @param region          the key's region
 * @param endpoint        another origin than the region's, for instance of a VPC endpoint; null: the region's
 * @param credentialsFile a file as {@code ~/.aws/credentials}, read again when it changes; null: the default chain (environment, web
 *                        identity, container, instance)
 */
public record AwsKekSettings(String key, String region, @Nullable URI endpoint, @Nullable Path credentialsFile) {}
