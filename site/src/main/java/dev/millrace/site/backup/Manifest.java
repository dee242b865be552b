package dev.millrace.site.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a backup holds, as its last entry `manifest.json` says.
///
/// @param version of Millrace that made it
/// @param created when
/// @param files all there are, in the order in which they were written
public record Manifest(String version, Instant created, List<Item> files) {

    static final String NAME = "manifest.json";

    /// Of the backup's own form; a later one is refused.
    private static final int FORMAT = 1;

    private static final Pattern PERMISSIONS = Pattern.compile("([r-][w-][x-]){3}");

    private static final ObjectMapper JSON = new ObjectMapper();

    public Manifest {
        files = List.copyOf(files);
    }

    /// The sizes of all files together.
    public long bytes() {
        return files.stream().mapToLong(Item::bytes).sum();
    }

    byte[] json() {
        var root = JSON.createObjectNode();
        root.put("format", FORMAT).put("version", version).put("created", created.toString());
        var list = root.putArray("files");
        files.forEach(file ->
                list.addObject()
                        .put("path", file.path)
                        .put("bytes", file.bytes)
                        .put("sha256", file.sha256)
                        .put("permissions", file.permissions));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Manifest parse(byte[] json) throws InvalidBackup {
        try {
            var root = JSON.readTree(json);
            int format = root.path("format").asInt();
            if (format != FORMAT) {
                throw new InvalidBackup(
                        "format: %d (expected: %d; made by a newer Millrace? restore with that one)"
                                .formatted(format, FORMAT));
            }
            var files = new ArrayList<Item>();
            for (var file : root.path("files")) {
                files.add(item(file));
            }
            return new Manifest(
                    root.path("version").asText(),
                    Instant.parse(root.path("created").asText()),
                    files);
        } catch (java.io.IOException | DateTimeException malformed) {
            throw new InvalidBackup(
                    NAME + ": cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    private static Item item(JsonNode item) throws InvalidBackup {
        var path = item.path("path").asText();
        var permissions = item.path("permissions").asText();
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw damaged("path", path.isEmpty() ? "empty" : "with a NUL", "a file's name");
        }
        if (!PERMISSIONS.matcher(permissions).matches()) {
            throw damaged("permissions of " + path, permissions, "as in rw-------");
        }
        return new Item(
                path, item.path("bytes").asLong(), item.path("sha256").asText(), permissions);
    }

    private static InvalidBackup damaged(String field, String value, String expected) {
        return new InvalidBackup(
                "%s: %s: %s (expected: %s); it is damaged: take another backup"
                        .formatted(NAME, field, value, expected));
    }

    /// One file.
    ///
    /// @param path in the data folder, with `/`
    /// @param sha256 of its content, in hexadecimal
    /// @param permissions as POSIX writes them: `rw-------`
    public record Item(String path, long bytes, String sha256, String permissions) {}
}
