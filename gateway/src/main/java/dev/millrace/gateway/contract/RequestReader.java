package dev.millrace.gateway.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.contract.Operation.Parameter;
import dev.millrace.gateway.problem.FieldError;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Holds a request against the contract and makes a [Call] of it.
///
/// Safe for use by many threads. A large body takes a while: not for event loops.
final class RequestReader {

    private static final int MAX_NESTING = 64;
    private static final int MAX_TOKENS = 200_000;
    private static final int MAX_EXPONENT = 1000;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final JsonMapper json;

    /// @param maxBodyBytes the largest body there can be
    RequestReader(int maxBodyBytes) {
        var limits =
                StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxStringLength(maxBodyBytes)
                        .maxTokenCount(MAX_TOKENS)
                        .build();
        json =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .streamReadConstraints(limits)
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .build())
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
    }

    /// @throws ProblemException if the request does not fit
    Call read(Operation operation, Raw raw) {
        var faults = new ArrayList<FieldError>();
        var query = singles(raw.query(), faults);
        var parameters = new HashMap<String, Object>();
        for (var parameter : operation.parameters()) {
            read(parameter, raw, query, parameters, faults);
        }
        var filters = new LinkedHashMap<>(query);
        operation.parameters().forEach(parameter -> filters.remove(parameter.name()));
        if (!operation.anyQuery()) {
            filters.keySet().forEach(name -> faults.add(new FieldError(name, "no such parameter")));
        }
        refuseIfAny(faults);
        return new Call(
                raw.principal(),
                raw.path(),
                query,
                parameters,
                filters,
                bodyType(raw.body()),
                body(operation, raw.body()),
                raw.body() instanceof Received.Form form ? form.file() : null,
                raw.wantsEvents());
    }

    private static void read(
            Parameter parameter,
            Raw raw,
            Map<String, String> query,
            Map<String, Object> parameters,
            List<FieldError> faults) {
        var name = parameter.name();
        var text =
                switch (parameter.place()) {
                    case PATH -> raw.pathParameters().get(name);
                    case QUERY -> query.get(name);
                    case HEADER -> raw.headers().get(name);
                };
        if (text == null) {
            if (parameter.required()) {
                faults.add(new FieldError(name, "required"));
            } else if (parameter.defaultValue() != null) {
                parameters.put(name, parameter.defaultValue());
            }
            return;
        }
        var value = parameter.integer() ? integerOrText(text) : text;
        var found = parameter.shape().faults(value, name);
        faults.addAll(found);
        if (found.isEmpty()) {
            parameters.put(name, value);
        }
    }

    private static Object integerOrText(String text) {
        try {
            long number = Long.parseLong(text);
            return number == (int) number ? (Object) (int) number : (Object) number;
        } catch (NumberFormatException notNumber) {
            return text;
        }
    }

    private static Map<String, String> singles(
            Map<String, List<String>> query, List<FieldError> faults) {
        var singles = new LinkedHashMap<String, String>();
        query.forEach((name, values) -> {
            singles.put(name, values.getFirst());
            if (values.size() > 1) {
                faults.add(new FieldError(name, "given more than once"));
            }
        });
        return singles;
    }

    private static String bodyType(Received received) {
        return switch (received) {
            case Received.Nothing _ -> "";
            case Received.Json json -> json.mediaType();
            case Received.Event _ -> BodyReader.EVENT;
            case Received.Form form -> form.mediaType();
        };
    }

    private JsonObject body(Operation operation, Received received) {
        return switch (received) {
            case Received.Nothing _ -> new JsonObject();
            case Received.Json(var mediaType, var content) ->
                    fitting(operation, mediaType, parse(mediaType, content.getBytes()));
            case Received.Event(var attributes, var content) -> {
                var event = new JsonObject();
                attributes.forEach(event::put);
                event.put("data", parse(BodyReader.JSON, content.getBytes()));
                yield fitting(operation, BodyReader.EVENT, event);
            }
            case Received.Form(var mediaType, var fields, var file) -> {
                var form = new JsonObject();
                fields.forEach(form::put);
                if (file != null) {
                    form.put("file", file.name());
                } else {
                    form.remove("file");
                }
                yield fitting(operation, mediaType, form);
            }
        };
    }

    /// A body that fits an operation.
    ///
    /// @throws ProblemException 400 if it does not
    static JsonObject fitting(Operation operation, String mediaType, Object body) {
        var shape = operation.bodies().get(mediaType);
        if (shape == null) {
            throw new IllegalStateException(mediaType + ": not a body of " + operation.id());
        }
        refuseIfAny(shape.faults(body, ""));
        if (body instanceof JsonObject object) {
            return object;
        }
        throw new IllegalStateException(
                operation.id() + ": the contract lets a non-object through");
    }

    /// The JSON value of a body; a `JsonObject`, a `JsonArray`, or a value that is neither.
    ///
    /// @throws ProblemException 400 if it is none, or beyond a bound
    Object parse(String mediaType, byte[] bytes) {
        try {
            Object value = json.readValue(strictly(bytes), Object.class);
            requireMeasurable(value);
            return switch (value) {
                case Map<?, ?> map -> {
                    var members = new LinkedHashMap<String, Object>();
                    map.forEach((name, member) -> members.put(String.valueOf(name), member));
                    if (mediaType.equals(BodyReader.EVENT)) {
                        // Null is as good as absent (CloudEvents 1.0, JSON event format §2.2).
                        members.values().removeIf(Objects::isNull);
                    }
                    yield new JsonObject(members);
                }
                case List<?> list -> new JsonArray(list);
                case null -> new JsonArray();
                default -> value;
            };
        } catch (JsonProcessingException malformed) {
            throw new ProblemException(malformed(malformed));
        } catch (CharacterCodingException notUtf8) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.MALFORMED_REQUEST,
                            "the body is not UTF-8 (expected: JSON in UTF-8, RFC 8259)"));
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory", impossible);
        }
    }

    /// Jackson by itself takes overlong forms and halves of characters, and guesses at UTF-16.
    private static Reader strictly(byte[] bytes) {
        boolean marked = Arrays.equals(bytes, 0, Math.min(3, bytes.length), BYTE_ORDER_MARK, 0, 3);
        int from = marked ? BYTE_ORDER_MARK.length : 0;
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        return new InputStreamReader(
                new ByteArrayInputStream(bytes, from, bytes.length - from), decoder);
    }

    /// Refuses numbers that cost more to look at than their text is long.
    private static void requireMeasurable(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> map.values().forEach(RequestReader::requireMeasurable);
            case List<?> list -> list.forEach(RequestReader::requireMeasurable);
            case BigDecimal number when Math.abs((long) number.scale()) > MAX_EXPONENT ->
                    throw new ProblemException(
                            Problem.of(
                                    ProblemKind.MALFORMED_REQUEST,
                                    "a number in the body is out of range (expected: an exponent"
                                            + " within -1000..1000)"));
            case null, default -> {
                /* All else is as large as its text. */
            }
        }
    }

    private static Problem malformed(JsonProcessingException malformed) {
        var at = malformed.getLocation();
        var where =
                at == null
                        ? ""
                        : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
        if (malformed instanceof StreamConstraintsException) {
            return Problem.of(
                    ProblemKind.MALFORMED_REQUEST,
                    "the body is beyond a bound"
                            + where
                            + " (expected: at most %d levels of nesting, %,d names and values,"
                                    .formatted(MAX_NESTING, MAX_TOKENS)
                            + " %,d digits in a number, %,d characters in a name)"
                                    .formatted(
                                            StreamReadConstraints.DEFAULT_MAX_NUM_LEN,
                                            StreamReadConstraints.DEFAULT_MAX_NAME_LEN));
        }
        return Problem.of(
                ProblemKind.MALFORMED_REQUEST,
                "the body is not JSON" + where + ": " + malformed.getOriginalMessage());
    }

    private static void refuseIfAny(List<FieldError> faults) {
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.ofFields(ProblemKind.INVALID_REQUEST, faults));
        }
    }

    /// What a request brought, taken from it on its event loop.
    ///
    /// @param headers the declared ones, by the names in the contract
    /// @param wantsEvents whether it prefers a stream of events to JSON
    record Raw(
            @Nullable Principal principal,
            String path,
            Map<String, String> pathParameters,
            Map<String, List<String>> query,
            Map<String, String> headers,
            Received body,
            boolean wantsEvents) {}
}
