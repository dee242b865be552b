package dev.millrace.gateway.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.view.RowField;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which fields of its rows a caller wants to see: the query parameter `fields`, names joined by
/// commas.
///
/// @param names in the order in which they are shown; empty for all, as the rows have them
public record Fields(Set<String> names) {

    /* Numbers keep their value to the last digit. */
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /// All there are.
    public static final Fields ALL = new Fields(Set.of());

    /// Reads the parameter.
    ///
    /// @param fields there are
    /// @throws IllegalArgumentException if a name is none of them
    static Fields parse(String text, List<RowField> fields) {
        var known = fields.stream().map(RowField::name).toList();
        var names = new LinkedHashSet<>(List.of(text.split(",", -1)));
        for (var name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "%s (expected: of %s, joined by commas)".formatted(name, known));
            }
        }
        return new Fields(names);
    }

    /// A row with these fields alone.
    ///
    /// @param row a JSON object
    public String of(String row) {
        if (names.isEmpty()) {
            return row;
        }
        try {
            var whole = JSON.readTree(row);
            var part = JSON.createObjectNode();
            for (var name : names) {
                var value = whole.get(name);
                if (value != null) {
                    part.set(name, value);
                }
            }
            return JSON.writeValueAsString(part);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a row of a view is no JSON", impossible);
        }
    }
}
