package dev.authpipe.control.http;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.wire.WorkspaceId;

/**
 * The one place that decides whether a request reaches its route: limits, listener, session, origin, role, in this order. Denies by
 * default (S30), and answers a workspace of others like one that does not exist (S33).
 */
@Singleton
final class PermissionRule implements SecurityRule<HttpRequest<?>> {
  /** The path variable that names the workspace. */
  static final String WORKSPACE = "workspace_id";
  /** The request attribute with the {@link WorkspaceAccess}. */
  static final String ACCESS = "dev.authpipe.control.access";
  private static final Logger LOG = LoggerFactory.getLogger(PermissionRule.class);

  private final ListenerSettings listeners;
  private final CallLimits limits;
  private final CrossSiteGuard crossSite;

  PermissionRule(ListenerSettings listeners, CallLimits limits, CrossSiteGuard crossSite) {
    this.listeners = listeners;
    this.limits = limits;
    this.crossSite = crossSite;
  }

  @Override
  public Publisher<SecurityRuleResult> check(@Nullable HttpRequest<?> request, @Nullable Authentication authentication) {
    if (request == null) {
      return Publishers.just(SecurityRuleResult.REJECTED);
    }
    try {
      decide(request, authentication);
      return Publishers.just(SecurityRuleResult.ALLOWED);
    } catch (ProblemException refused) {
      return Publishers.just(refused);
    }
  }

  private void decide(HttpRequest<?> request, @Nullable Authentication authentication) {
    RouteMatch<?> route = RouteAttributes.getRouteMatch(request).orElse(null);
    Session session = authentication instanceof Session signedIn ? signedIn : null;
    if (route == null) {
      limits.take(request, session, CallLimit.USUAL);
      return; // answered as unknown by the router
    }
    Permission permission = route.getAnnotationMetadata().enumValue(Needs.class, Permission.class).orElse(null);
    if (permission == null) {
      LOG.error("closed route without a permission: {}", route);
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    if (listeners.of(request) != listener(permission)) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    if (permission.reach() == Permission.Reach.MANAGEMENT) {
      return;
    }
    if (listener(permission) == Listener.LINK) {
      limits.takeLink(request, authentication instanceof LinkPeer peer ? peer : null, permission);
      if (permission.reach() == Permission.Reach.LINK && !(authentication instanceof LinkPeer)) {
        throw new ProblemException(ErrorCode.UNAUTHENTICATED, "The link knows no proxy of this key.");
      }
      return;
    }
    CallLimit limit = route.getAnnotationMetadata().enumValue(Needs.class, "limit", CallLimit.class).orElse(CallLimit.USUAL);
    limits.take(request, session, limit);
    browser(request, session, permission, route);
  }

  private void browser(HttpRequest<?> request, @Nullable Session session, Permission permission, RouteMatch<?> route) {
    if (session == null && permission.reach() != Permission.Reach.ANYBODY) {
      throw new ProblemException(ErrorCode.UNAUTHENTICATED);
    }
    crossSite.check(request, session);
    if (session != null && session.owesSecondFactor() && permission != Permission.ENROLMENT
        && permission.reach() != Permission.Reach.ANYBODY) {
      throw new ProblemException(ErrorCode.SECOND_FACTOR_OWED);
    }
    if (session != null && permission.reach() == Permission.Reach.WORKSPACE) {
      WorkspaceId workspace = workspace(route);
      Role role = session.roleIn(workspace).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
      if (!permission.isGivenTo(role)) {
        throw new ProblemException(ErrorCode.ROLE_MISSING);
      }
      request.setAttribute(ACCESS, new WorkspaceAccess(session, workspace, role));
    }
  }

  private static WorkspaceId workspace(RouteMatch<?> route) {
    try {
      return WorkspaceId.parse(String.valueOf(route.getVariableValues().get(WORKSPACE)));
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  private static Listener listener(Permission permission) {
    return switch (permission.reach()) {
      case ANYBODY, SESSION, WORKSPACE -> Listener.DASHBOARD;
      case LINK, LINK_STRANGER -> Listener.LINK;
      case MANAGEMENT -> Listener.MANAGEMENT;
    };
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}
