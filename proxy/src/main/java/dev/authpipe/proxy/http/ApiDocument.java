package dev.authpipe.proxy.http;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/**
 * Head of the OpenAPI document of the API listener, from which {@code docs/api/proxy.yaml} is generated. Never holds a route.
 */
@OpenAPIDefinition(info = @Info(title = "Authpipe proxy", version = "1", description = "OAuth credential proxy and token vault. "
    + "Every route needs an API key with the scope its description names. Errors are RFC 9457 problems with a stable code. "
    + "Times are RFC 3339 UTC; unknown request fields are refused.", license = @License(name = "MIT")), security = @SecurityRequirement(name = "api_key"))
@SecurityScheme(name = "api_key", type = SecuritySchemeType.HTTP, scheme = "bearer", bearerFormat = "ap_sk_…", description = "An API key of the workspace")
final class ApiDocument {
  private ApiDocument() {}
}
