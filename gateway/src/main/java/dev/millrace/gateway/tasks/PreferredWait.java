package dev.millrace.gateway.tasks;

import dev.millrace.gateway.contract.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long a caller is ready to wait for the end of a task: the preference `wait` of the header
/// `Prefer` (RFC 7240 §4.3), in whole seconds.
///
/// Like every preference it is a wish: one that is not understood is passed over, and of several
/// the first counts.
///
/// @param seconds 1 to [#MOST_SECONDS]
record PreferredWait(int seconds) {

    /// The longest wait; a longer one is cut to it. Short of the time after which a silent
    /// connection is closed.
    static final int MOST_SECONDS = 60;

    private static final int MOST_DIGITS = 4;

    /// What a `Prefer` header asks for; null if it asks for no wait.
    static @Nullable PreferredWait of(@Nullable String header) {
        for (var preference : header == null ? List.<String>of() : split(header, ',')) {
            var named = split(split(preference, ';').getFirst(), '=');
            if (named.getFirst().strip().equalsIgnoreCase("wait")) {
                return named.size() == 2 ? ofSeconds(named.getLast().strip()) : null;
            }
        }
        return null;
    }

    Duration duration() {
        return Duration.ofSeconds(seconds);
    }

    /// The answer, which says that the wish was granted.
    Answer applied(Answer answer) {
        return answer.with("Preference-Applied", "wait=" + seconds);
    }

    private static @Nullable PreferredWait ofSeconds(String value) {
        boolean isQuoted = value.length() > 2 && value.startsWith("\"") && value.endsWith("\"");
        var text = isQuoted ? value.substring(1, value.length() - 1) : value;
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        var digits = text.replaceFirst("^0+(?=.)", "");
        int seconds =
                digits.length() > MOST_DIGITS
                        ? MOST_SECONDS
                        : Math.min(Integer.parseInt(digits), MOST_SECONDS);
        return seconds == 0 ? null : new PreferredWait(seconds);
    }

    /// The parts between separators that are not quoted, at least one.
    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean isQuoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && isQuoted) {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == separator && !isQuoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }
}
