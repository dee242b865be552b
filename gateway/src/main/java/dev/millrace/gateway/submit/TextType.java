package dev.millrace.gateway.submit;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.util.Locale;

/// The kinds of text that documents may hold.
public enum TextType {
    PLAIN("text/plain"),
    MARKDOWN("text/markdown"),
    HTML("text/html");

    private final String mediaType;

    TextType(String mediaType) {
        this.mediaType = mediaType;
    }

    /// For instance `text/markdown`.
    public String mediaType() {
        return mediaType;
    }

    /// What a name's ending says; plain text if it says nothing.
    public static TextType ofName(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".md") || lower.endsWith(".markdown")) {
            return MARKDOWN;
        }
        return lower.endsWith(".html") || lower.endsWith(".htm") ? HTML : PLAIN;
    }

    /// What a media type stands for, its parameters aside.
    ///
    /// @throws ProblemException 415 if it is none of these
    public static TextType ofMediaType(String mediaType) {
        int parameters = mediaType.indexOf(';');
        var base = (parameters < 0 ? mediaType : mediaType.substring(0, parameters)).strip();
        for (var type : values()) {
            if (type.mediaType.equalsIgnoreCase(base)) {
                return type;
            }
        }
        throw new ProblemException(
                Problem.ofField(
                        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                        "media_type",
                        base + " (expected: text/plain, text/markdown or text/html)"));
    }
}
