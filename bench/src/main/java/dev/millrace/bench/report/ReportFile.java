package dev.millrace.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A report as JSON in a file, with all raw numbers.
public final class ReportFile {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private ReportFile() {}

    /// Writes a report, made of records, lists, maps, numbers and texts.
    ///
    /// @param file null for one of its own under `target/bench` beside the program
    /// @return where it lies
    public static Path write(@Nullable Path file, String name, Object report) throws IOException {
        var to = file != null ? file : fresh(name);
        var folder = to.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        JSON.writeValue(to.toFile(), report);
        return to;
    }

    private static Path fresh(String name) {
        return Path.of(
                System.getProperty("millrace.home", "."),
                "target",
                "bench",
                name + "-" + STAMP.format(LocalDateTime.now(ZoneOffset.UTC)) + ".json");
    }
}
