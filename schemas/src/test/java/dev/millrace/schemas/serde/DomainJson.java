package dev.millrace.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.Pending;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Shows a value of the domain as JSON, whole: what the fixtures say that their bytes mean.
///
/// The names are those of the domain's records, each with its own in `is`. Fixtures are never
/// written anew: whoever renames something in the domain lets this go on saying the old name.
final class DomainJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private DomainJson() {}

    static JsonNode of(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.textNode(text);
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case UUID id -> NODES.textNode(id.toString());
            case Instant time -> NODES.textNode(time.toString());
            case Duration time -> NODES.textNode(time.toString());
            case Enum<?> symbol -> NODES.textNode(symbol.name());
            case Digest digest -> NODES.textNode(digest.hex());
            case Bytes bytes -> NODES.textNode(bytes.toString());
            case Pending pending -> NODES.textNode(pending.toString());
            case Vector vector -> vector(vector);
            // Some sets have another order in every JVM.
            case Set<?> elements ->
                    elements(
                            elements.stream()
                                    .sorted(Comparator.comparing(String::valueOf))
                                    .toList());
            case Collection<?> elements -> elements(elements);
            case Map<?, ?> entries -> entries(entries);
            case Record record -> record(record);
            default ->
                    throw new IllegalArgumentException(
                            value.getClass() + " has no JSON here: add it");
        };
    }

    /// Whether a value still says all that it said before; it may say more by now.
    static boolean says(JsonNode now, JsonNode before) {
        if (before.isObject() && now.isObject()) {
            return before.properties().stream()
                    .allMatch(said ->
                            now.has(said.getKey())
                                    && says(now.get(said.getKey()), said.getValue()));
        }
        if (before.isArray() && now.isArray()) {
            return now.size() == before.size()
                    && IntStream.range(0, now.size())
                            .allMatch(i -> says(now.get(i), before.get(i)));
        }
        // As text: what was read back has no long numbers where short ones will do.
        return now.toString().equals(before.toString());
    }

    private static JsonNode record(Record record) {
        var object = NODES.objectNode().put("is", record.getClass().getSimpleName());
        for (var component : record.getClass().getRecordComponents()) {
            try {
                object.set(component.getName(), of(component.getAccessor().invoke(record)));
            } catch (IllegalAccessException | InvocationTargetException broken) {
                throw new IllegalStateException(component.toString(), broken);
            }
        }
        return object;
    }

    /// The shortest text of a float is exact, where a number in JSON may be read as any double.
    private static JsonNode vector(Vector vector) {
        var array = NODES.arrayNode();
        for (float component : vector.toArray()) {
            array.add(Float.toString(component));
        }
        return array;
    }

    private static JsonNode elements(Collection<?> elements) {
        var array = NODES.arrayNode();
        elements.forEach(element -> array.add(of(element)));
        return array;
    }

    private static JsonNode entries(Map<?, ?> entries) {
        var object = NODES.objectNode();
        entries.forEach((name, value) -> object.set(name.toString(), of(value)));
        return object;
    }
}
