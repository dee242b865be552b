package dev.millrace.gateway.submit;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text that survives being written as UTF-8 and read again; nothing is ever replaced silently.
public final class UnicodeText {

    private UnicodeText() {}

    /// The text that bytes stand for.
    ///
    /// @throws ProblemException 422 if they are not UTF-8, naming the first byte that is at fault
    public static String decode(String field, byte[] bytes) {
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length); // no byte makes more than one char
        if (decoder.decode(in, out, true).isError()) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.NOT_TEXT,
                            field,
                            "byte " + in.position() + " is not UTF-8 (counted from 0)"));
        }
        return out.flip().toString();
    }

    /// Makes sure that every surrogate has its partner, since UTF-8 cannot express half a character.
    ///
    /// @throws ProblemException 422 if one has not
    public static void requireWhole(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                throw new ProblemException(
                        Problem.ofField(
                                ProblemKind.NOT_TEXT,
                                field,
                                "half a character (a lone surrogate) at UTF-16 unit " + i));
            }
        }
    }
}
