package dev.millrace.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.access.AccessRule;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Perimeter;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ContractTest {

    private static final Contract CONTRACT = Contract.load();

    @Test
    void contractIsValidOpenApi() throws Exception {
        var vertx = Vertx.vertx();
        try {
            var tree = Contract.tree(CONTRACT.yaml());
            var verdict =
                    OpenAPIVersion.V3_1
                            .getRepository(vertx, "app://")
                            .compose(repository ->
                                    OpenAPIVersion.V3_1.validateContract(vertx, repository, tree))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS);

            assertThat(verdict.getValid()).as("%s", verdict.getErrors()).isTrue();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void everyOperationHasOneAccessRule() {
        assertThat(CONTRACT.operations()).hasSizeGreaterThan(10);
        assertThat(CONTRACT.operations())
                .allSatisfy(operation -> assertThat(operation.rule()).isNotNull());
        assertThat(CONTRACT.operations())
                .filteredOn(operation -> operation.rule() instanceof AccessRule.Public)
                .extracting(Operation::id)
                .containsExactlyInAnyOrder("health", "contract");
    }

    @Test
    void contractWithoutARuleIsRefused() {
        var yaml = CONTRACT.yaml().replaceFirst("(?m)^ {6}x-millrace-roles: .*\\n", "");

        assertThatThrownBy(() -> Contract.parse(yaml))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("submitDocument")
                .hasMessageContaining("x-millrace-roles");
    }

    @Test
    void contractWithAMisspelledRoleIsRefused() {
        var yaml = CONTRACT.yaml().replaceFirst("\\[admin, operator, publisher]", "[amdin]");

        assertThatThrownBy(() -> Contract.parse(yaml)).hasMessageContaining("amdin");
    }

    @Test
    void operationWithoutAHandlerIsRefusedAtTheStart() {
        assertThatThrownBy(() ->
                        new ContractRouter(
                                CONTRACT,
                                Map.of(),
                                new Perimeter("127.0.0.1", Set.of(), Set.of()),
                                new BearerTokens(Map.of()),
                                new Failures(() -> new UUID(0, 1)),
                                Runnable::run,
                                1024,
                                Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("submitDocument");
    }

    @Test
    void everyKindOfProblemIsInTheContract() {
        var codes =
                Contract.tree(CONTRACT.yaml())
                        .getJsonObject("components")
                        .getJsonObject("schemas")
                        .getJsonObject("Problem")
                        .getJsonObject("properties")
                        .getJsonObject("error_code")
                        .getJsonArray("enum");

        assertThat(codes.stream().map(String::valueOf).toList())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ProblemKind.values()).map(ProblemKind::code).toList());
    }

    @Test
    void everyErrorIsAProblemInTheContract() {
        for (var operation : CONTRACT.operations()) {
            var responses =
                    Contract.tree(CONTRACT.yaml())
                            .getJsonObject("paths")
                            .getJsonObject(operation.path())
                            .getJsonObject(operation.method().toLowerCase(java.util.Locale.ROOT))
                            .getJsonObject("responses");
            for (var status : responses.fieldNames()) {
                var response =
                        Contract.inlined(
                                responses.getJsonObject(status), Contract.tree(CONTRACT.yaml()));
                if (status.startsWith("4")) {
                    assertThat(response.getJsonObject("content", new JsonObject()).fieldNames())
                            .as("%s: %s", operation.id(), status)
                            .containsExactly("application/problem+json");
                }
            }
        }
    }

    @Test
    void methodsOfAPathAreKnown() {
        assertThat(CONTRACT.methods("/v1/tasks")).containsExactly("GET", "POST");
        assertThat(CONTRACT.methods("/v1/views/tasks/k")).containsExactly("GET");
        assertThat(CONTRACT.methods("/v1/views/tasks/")).isEmpty();
        assertThat(CONTRACT.methods("/v1/nothing")).isEmpty();
    }
}
