package dev.millrace.inference.kinds.http;

import dev.millrace.inference.work.WorkFailed;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The headers that a task may have sent.
///
/// Its input is in the log for ever, so none of them may be a secret; and none may say how the
/// request itself is framed.
final class SentHeaders {

    private static final int MOST = 64;
    private static final int MOST_CHARACTERS = 16 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");
    private static final Pattern VALUE =
            Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?|");

    /// By their names what servers take for a proof of who calls, and by its value what is one.
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(authorization|cookie|api-?key|token|secret|password|credential).*");

    private static final Pattern SECRET_VALUE = Pattern.compile("(?i)(basic|bearer|digest)\\s.*");

    private static final Set<String> FRAMING =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private SentHeaders() {}

    /// What is sent, all of it checked.
    ///
    /// @param type the content type of the body, unless the task names one; null for none
    /// @throws WorkFailed `bad_input`
    static Map<String, String> of(Map<String, String> asked, @Nullable String type)
            throws WorkFailed {
        if (asked.size() > MOST) {
            throw bad("headers: %d of them (expected: at most %d)".formatted(asked.size(), MOST));
        }
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        int characters = 0;
        for (var header : asked.entrySet()) {
            check(header.getKey(), header.getValue());
            if (headers.put(header.getKey(), header.getValue()) != null) {
                throw bad("headers: %s comes twice (expected: once)".formatted(header.getKey()));
            }
            characters += header.getKey().length() + header.getValue().length();
        }
        if (characters > MOST_CHARACTERS) {
            throw bad(
                    "headers: %d characters (expected: at most %d)"
                            .formatted(characters, MOST_CHARACTERS));
        }
        if (type != null) {
            headers.putIfAbsent("Content-Type", type);
        }
        headers.putIfAbsent("Accept-Encoding", "gzip");
        headers.putIfAbsent("User-Agent", "Millrace");
        return headers;
    }

    private static void check(String name, @Nullable String value) throws WorkFailed {
        if (!NAME.matcher(name).matches()) {
            throw bad("headers: a name is not one (expected: 1..256 characters of a token)");
        }
        if (value == null || !VALUE.matcher(value).matches()) {
            throw bad(
                    "headers: the value of %s is not one (expected: visible ASCII)"
                            .formatted(name));
        }
        var lower = name.toLowerCase(Locale.ROOT);
        if (SECRET_NAME.matcher(lower).matches() || SECRET_VALUE.matcher(value).matches()) {
            throw bad(
                    ("headers: %s looks like a credential (expected: none, because a task's input"
                                    + " stands in the log for ever)")
                            .formatted(name));
        }
        if (FRAMING.contains(lower) || lower.startsWith("proxy-")) {
            throw bad(
                    "headers: %s is not yours to set (expected: none of %s)"
                            .formatted(name, new TreeSet<>(FRAMING)));
        }
    }

    private static WorkFailed bad(String detail) {
        return WorkFailed.forGood("bad_input", detail);
    }
}
