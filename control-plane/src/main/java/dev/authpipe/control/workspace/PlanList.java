package dev.authpipe.control.workspace;

import java.util.List;

import io.micronaut.core.annotation.Introspected;

/**
 * What a new workspace can be.
 *
 * @param data    the plans, the smallest first
 * @param regions the regions, the usual one first
 */
@Introspected
record PlanList(List<Plan> data, List<String> regions) {}
