package dev.authpipe.control.http;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeIn;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/**
 * Head of the OpenAPI document of the REST API, from which {@code docs/api/control-plane.yaml} is generated. Never holds a route.
 */
@OpenAPIDefinition(info = @Info(title = "Authpipe control plane", version = "1", description = "Workspaces, members and configuration; "
    + "never a credential. Routes need a session with a role that has the permission their description names. Every state change carries "
    + "our own Origin and the header Authpipe-Csrf-Token. Errors are RFC 9457 problems with a stable code. "
    + "Times are RFC 3339 UTC; unknown request fields are refused.", license = @License(name = "MIT")), security = @SecurityRequirement(name = "session"))
@SecurityScheme(name = "session", type = SecuritySchemeType.APIKEY, in = SecuritySchemeIn.COOKIE, paramName = "__Host-authpipe_session", description = "The session that sign-in began")
final class ApiDocument {
  private ApiDocument() {}
}
