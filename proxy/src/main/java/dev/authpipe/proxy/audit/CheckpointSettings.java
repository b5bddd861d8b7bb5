package dev.authpipe.proxy.audit;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Where checkpoints go.
 *
 * @param deployment id of the deployment, part of every origin
 * @param directory  a directory outside the database's reach; null: checkpoints stay in the database, where they prove little
 */
public record CheckpointSettings(String deployment, @Nullable Path directory) {}
