package dev.millrace.gateway.contract;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/// Holds requests that reach the gateway otherwise than over HTTP against an operation of the
/// contract, as if they were bodies of it.
///
/// Safe for use by many threads. A large body takes a while: not for event loops.
public final class ForeignBodies {

    private final Operation operation;
    private final RequestReader reader;
    private final int maxBodyBytes;

    private ForeignBodies(Operation operation, int maxBodyBytes) {
        this.operation = operation;
        this.reader = new RequestReader(maxBodyBytes);
        this.maxBodyBytes = maxBodyBytes;
    }

    /// Those of an operation that takes JSON.
    ///
    /// @param maxBodyBytes the largest text that [#object] takes
    /// @throws IllegalArgumentException if there is no such operation
    public static ForeignBodies of(Contract contract, String operation, int maxBodyBytes) {
        return contract.operations().stream()
                .filter(one -> one.id().equals(operation))
                .filter(one -> one.bodies().containsKey(BodyReader.JSON))
                .findFirst()
                .map(found -> new ForeignBodies(found, maxBodyBytes))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "operation: " + operation + " (expected: one that takes JSON)"));
    }

    /// The JSON object that a text is, within the bounds of all bodies.
    ///
    /// @param field that it is the value of, for the problem
    /// @throws ProblemException 400 if it is none, 413 if it is too large
    public JsonObject object(String field, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > maxBodyBytes) {
            throw new ProblemException(BodyReader.tooLarge(maxBodyBytes));
        }
        Object value;
        try {
            value = reader.parse(BodyReader.JSON, bytes);
        } catch (ProblemException malformed) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.MALFORMED_REQUEST, field, malformed.problem().detail()));
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new ProblemException(
                Problem.ofField(
                        ProblemKind.INVALID_REQUEST,
                        field,
                        "another value (expected: the text of a JSON object)"));
    }

    /// The body, if it fits the operation.
    ///
    /// @throws ProblemException 400 if it does not
    public JsonObject fitting(JsonObject body) {
        return RequestReader.fitting(operation, BodyReader.JSON, body);
    }
}
