package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Option;

/// How a command prints what it was answered.
final class Output {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}); json is one value a line.")
    private Format format = Format.TABLE;

    enum Format {
        TABLE,
        JSON
    }

    /// Prints a list, a line or a row an item.
    void items(PrintWriter out, List<JsonNode> items, String... columns) {
        if (format == Format.JSON) {
            items.forEach(out::println);
            return;
        }
        if (items.isEmpty()) {
            out.println("  (none)");
            return;
        }
        var names = columns.length > 0 ? List.of(columns) : columnsOf(items);
        var table = new Table(names.toArray(String[]::new));
        for (var item : items) {
            table.row(names.stream().map(name -> cell(item, name)).toArray());
        }
        out.print(table);
    }

    /// Whether programs read it rather than people.
    boolean isJson() {
        return format == Format.JSON;
    }

    /// Prints one object, a line a field.
    void item(PrintWriter out, JsonNode item) {
        if (format == Format.JSON) {
            out.println(item);
            return;
        }
        var table = new Table("field", "value");
        item.properties().forEach(field -> table.row(field.getKey(), cell(item, field.getKey())));
        out.print(table);
    }

    /// A field of a row as a cell; `actor.id` reaches into an object.
    static Object cell(JsonNode row, String name) {
        var value = row;
        for (var part : name.split("\\.", -1)) {
            value = value.path(part);
        }
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static List<String> columnsOf(List<JsonNode> items) {
        var names = new LinkedHashSet<String>();
        items.forEach(item -> item.fieldNames().forEachRemaining(names::add));
        return List.copyOf(names);
    }
}
