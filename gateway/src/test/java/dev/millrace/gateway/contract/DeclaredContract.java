package dev.millrace.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.access.AccessRule;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The contract as tests see it: what is declared, and whether an answer keeps to it.
public final class DeclaredContract {

    private final Contract contract = Contract.load();
    private final JsonObject tree = Contract.tree(contract.yaml());

    /// All operations.
    public List<Declared> operations() {
        return contract.operations().stream()
                .map(operation ->
                        new Declared(
                                operation.id(),
                                operation.method(),
                                operation
                                        .path()
                                        .replace("{task}", "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718")
                                        .replace("{view}", "tasks")
                                        .replace("{replay}", "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718")
                                        .replace("{name}", "echo")
                                        .replace("{kind}", "shout")
                                        .replace("{digest}", "0".repeat(64))
                                        .replace("{partition}", "0")
                                        .replace("{offset}", "0")
                                        .replace("{key}", "k"),
                                roles(operation.rule())))
                .toList();
    }

    /// Fails unless the contract declares such an answer and its body has the declared shape.
    public void requireDeclared(
            String method, String path, int status, String mediaType, String body) {
        var operation =
                contract.operations().stream()
                        .filter(one -> one.method().equals(method) && one.matches(path))
                        .findFirst();
        if (operation.isEmpty()) {
            assertThat(mediaType).isEqualTo("application/problem+json");
            requireShape("#/components/schemas/Problem", body);
            return;
        }
        var responses =
                tree.getJsonObject("paths")
                        .getJsonObject(operation.get().path())
                        .getJsonObject(method.toLowerCase(Locale.ROOT))
                        .getJsonObject("responses");
        assertThat(responses.fieldNames()).as("%s %s", method, path).contains("" + status);
        var response = Contract.inlined(responses.getJsonObject("" + status), tree);
        var content = response.getJsonObject("content");
        if (content == null) {
            assertThat(mediaType + body).as("%s %s: %d", method, path, status).isEmpty();
            return;
        }
        assertThat(content.fieldNames()).as("%s %s: %d", method, path, status).contains(mediaType);
        var schema = content.getJsonObject(mediaType).getJsonObject("schema");
        if (schema != null) {
            assertThat(Shape.of(schema).faults(new JsonObject(body), ""))
                    .as("%s %s: %s", method, path, body)
                    .isEmpty();
        }
    }

    private void requireShape(String reference, String body) {
        var schema = Contract.inlined(new JsonObject().put("$ref", reference), tree);
        assertThat(Shape.of(schema).faults(new JsonObject(body), "")).as(body).isEmpty();
    }

    private static Set<Role> roles(AccessRule rule) {
        return switch (rule) {
            case AccessRule.Public _ -> EnumSet.noneOf(Role.class);
            case AccessRule.AnyOf(Set<Role> roles) -> roles;
        };
    }

    /// One operation.
    ///
    /// @param path with its parameters filled in
    /// @param roles empty if it is public
    public record Declared(String id, String method, String path, Set<Role> roles) {}
}
