package dev.authpipe.sdk.micronaut;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.micronaut.http.annotation.FilterMatcher;

/**
 * Marks an HTTP client whose calls go through the proxy. Its address is the proxy's, its paths are those below the provider's API address:
 *
 * <pre>{@code
 * @ThroughAuthpipe
 * @Client("${authpipe.proxy}")
 * interface Issues {
 *   @Get("/issues")
 *   List<Issue> list();
 * }
 * }</pre>
 */
@Documented
@FilterMatcher
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PARAMETER})
public @interface ThroughAuthpipe {
}
