package dev.millrace.gateway.contract;

import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request that fits the contract, by a caller who may make it.
///
/// @param principal null for public operations called without a token
/// @param path as it was sent, percent-encoded
/// @param query the parameters of the query as they were sent, decoded
/// @param parameters the declared ones that are present or have a default, a `String`, an
///   `Integer`, or a `Long` where that is too small
/// @param filters the query parameters that are not declared, where the contract lets them through
/// @param bodyType the media type of the body; empty if the operation takes none
/// @param body the JSON object or form that was sent; empty if the operation takes none
/// @param upload the file in the form, if there was a form
/// @param wantsEvents whether the caller would have a stream of events rather than JSON
public record Call(
        @Nullable Principal principal,
        String path,
        Map<String, String> query,
        Map<String, Object> parameters,
        Map<String, String> filters,
        String bodyType,
        JsonObject body,
        @Nullable Upload upload,
        boolean wantsEvents) {

    /// Whoever calls.
    ///
    /// @throws IllegalStateException in a public operation
    public Principal caller() {
        if (principal == null) {
            throw new IllegalStateException("a public operation asks who calls");
        }
        return principal;
    }

    /// The caller's tenant.
    public String tenant() {
        return caller().tenant();
    }

    /// Refuses a `tenant` that is another than the caller's, of whom nobody is shown anything.
    ///
    /// @throws ProblemException 403, naming both
    public void requireOwnTenant() {
        var named = text("tenant");
        if (named != null && !named.equals(tenant())) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.FORBIDDEN,
                            "tenant: %s (expected: %s, your own, or none; records of other tenants are shown to those alone)"
                                    .formatted(named, tenant())));
        }
    }

    /// A parameter that may be absent.
    public @Nullable String text(String name) {
        return parameters.get(name) instanceof String text ? text : null;
    }

    /// A parameter that the contract requires.
    public String required(String name) {
        var text = text(name);
        if (text == null) {
            throw new IllegalStateException(name + ": absent, but the contract requires it");
        }
        return text;
    }

    /// What a text of the request stands for, where the contract cannot tell.
    ///
    /// @param parser throws `IllegalArgumentException` at a text that is not one
    /// @throws ProblemException 400, naming the field
    public static <T> T parsed(String field, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException invalid) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            field,
                            String.valueOf(invalid.getMessage())));
        }
    }

    /// A whole number that the contract requires or has a default for.
    public int integer(String name) {
        if (parameters.get(name) instanceof Integer number) {
            return number;
        }
        throw new IllegalStateException(name + ": absent, but the contract has a default");
    }

    /// A whole number that may be absent, and large.
    public @Nullable Long number(String name) {
        return parameters.get(name) instanceof Number number ? (Long) number.longValue() : null;
    }
}
