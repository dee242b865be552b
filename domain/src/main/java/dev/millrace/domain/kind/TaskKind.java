package dev.millrace.domain.kind;

import dev.millrace.domain.task.Retries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One version of a kind of task.
///
/// What was valid once is read for ever, so no bound here may ever become narrower.
///
/// @param name for instance `image.resize`; see [#isName]
/// @param version 1, 2, 3 …; a version never changes
/// @param description for people, at most 1,024 characters; may be empty
/// @param inputSchema the text of a JSON Schema 2020-12, at most 64 KiB; null if any object will do
/// @param outputSchema likewise
/// @param retries of tasks that are submitted without
/// @param lease how long a worker may be silent, in whole milliseconds, 1 s to 1 h
/// @param timeout the longest an attempt may take, in whole milliseconds, 1 s to 30 days; null if
///   there is no such bound
/// @param submitters names of the roles that may submit tasks of the kind, at most 16; empty if the
///   usual roles may
/// @param workers likewise, of those that may do them
public record TaskKind(
        String name,
        int version,
        String description,
        @Nullable String inputSchema,
        @Nullable String outputSchema,
        Retries retries,
        Duration lease,
        @Nullable Duration timeout,
        Set<String> submitters,
        Set<String> workers) {

    public static final int LONGEST_NAME = 64;
    public static final int LONGEST_DESCRIPTION = 1_024;
    public static final int LARGEST_SCHEMA_BYTES = 65_536;
    public static final int MOST_ROLES = 16;
    public static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    public static final Duration LONGEST_LEASE = Duration.ofHours(1);
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
    public static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);
    public static final Duration LONGEST_TIMEOUT = Duration.ofDays(30);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)*");
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    public TaskKind {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "name: %s (expected: words of a-z 0-9 - that begin with a letter, joined by dots,"
                                    .formatted(name)
                            + " at most 64 characters)");
        }
        require(version >= 1, "version", version, ">= 1");
        require(
                description.length() <= LONGEST_DESCRIPTION,
                "description",
                description.length() + " characters",
                "at most 1,024");
        requireSmall("input_schema", inputSchema);
        requireSmall("output_schema", outputSchema);
        lease = Duration.ofMillis(lease.toMillis());
        require(isWithin(lease, SHORTEST_LEASE, LONGEST_LEASE), "lease", lease, "PT1S..PT1H");
        if (timeout != null) {
            timeout = Duration.ofMillis(timeout.toMillis());
            require(
                    isWithin(timeout, SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
                    "timeout",
                    timeout,
                    "PT1S..PT720H");
        }
        submitters = roles("submitters", submitters);
        workers = roles("workers", workers);
    }

    /// Whether a text may name a kind: words of `a-z 0-9 -` that begin with a letter, joined by
    /// dots, at most 64 characters.
    public static boolean isName(String text) {
        return text.length() <= LONGEST_NAME && NAME.matcher(text).matches();
    }

    /// The same under another version.
    public TaskKind withVersion(int other) {
        return new TaskKind(
                name,
                other,
                description,
                inputSchema,
                outputSchema,
                retries,
                lease,
                timeout,
                submitters,
                workers);
    }

    /// How much memory its schemas take, in characters.
    int weight() {
        return length(inputSchema) + length(outputSchema);
    }

    private static int length(@Nullable String schema) {
        return schema == null ? 0 : schema.length();
    }

    private static void requireSmall(String field, @Nullable String schema) {
        int bytes = schema == null ? 0 : schema.getBytes(StandardCharsets.UTF_8).length;
        require(bytes <= LARGEST_SCHEMA_BYTES, field, bytes + " bytes", "at most 65,536");
    }

    private static boolean isWithin(Duration value, Duration shortest, Duration longest) {
        return value.compareTo(shortest) >= 0 && value.compareTo(longest) <= 0;
    }

    private static Set<String> roles(String field, Set<String> roles) {
        require(
                roles.size() <= MOST_ROLES
                        && roles.stream().allMatch(role -> ROLE.matcher(role).matches()),
                field,
                roles,
                "at most 16 names of roles");
        return Set.copyOf(roles);
    }

    private static void require(boolean holds, String field, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    field + ": " + value + " (expected: " + expected + ")");
        }
    }
}
