package dev.millrace.site.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/// What a backup holds, as its last entry `manifest.json` says.
///
/// @param version of Millrace that made it
/// @param created when
/// @param files all there are, in the order in which they were written
public record Manifest(String version, Instant created, List<Item> files) {

    static final String NAME = "manifest.json";

    /// Of the backup's own form; a later one is refused.
    private static final int FORMAT = 1;

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
            var files =
                    StreamSupport.stream(root.path("files").spliterator(), false)
                            .map(Manifest::item)
                            .toList();
            return new Manifest(
                    root.path("version").asText(),
                    Instant.parse(root.path("created").asText()),
                    files);
        } catch (java.io.IOException | DateTimeException malformed) {
            throw new InvalidBackup(
                    NAME + ": cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    private static Item item(JsonNode item) {
        return new Item(
                item.path("path").asText(),
                item.path("bytes").asLong(),
                item.path("sha256").asText(),
                item.path("permissions").asText());
    }

    /// One file.
    ///
    /// @param path in the data folder, with `/`
    /// @param sha256 of its content, in hexadecimal
    /// @param permissions as POSIX writes them: `rw-------`
    public record Item(String path, long bytes, String sha256, String permissions) {}
}
