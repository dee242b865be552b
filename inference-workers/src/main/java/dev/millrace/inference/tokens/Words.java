package dev.millrace.inference.tokens;

import java.text.Normalizer;
import java.util.function.Consumer;

/// Finds the words of a text as BERT's uncased models do: in lower case and without accents, cut at
/// white space; a mark of punctuation is a word by itself, and so is an ideograph. Control and
/// format characters are not there, nor are halves of surrogate pairs.
final class Words {

    private static final int REPLACEMENT = 0xFFFD;

    private Words() {}

    /// Tells the words in order.
    static void of(String text, Consumer<String> listener) {
        var plain = Normalizer.normalize(cleaned(text), Normalizer.Form.NFD);
        var word = new StringBuilder();
        for (int at = 0; at < plain.length(); ) {
            int character = plain.codePointAt(at);
            at += Character.charCount(character);
            if (isAccent(character)) {
                continue;
            }
            boolean isWordItself = isPunctuation(character);
            if (isWordItself || character == ' ') {
                tell(word, listener);
            }
            if (isWordItself) {
                listener.accept(Character.toString(character));
            } else if (character != ' ') {
                word.appendCodePoint(Character.toLowerCase(character));
            }
        }
        tell(word, listener);
    }

    private static void tell(StringBuilder word, Consumer<String> listener) {
        if (!word.isEmpty()) {
            listener.accept(word.toString());
            word.setLength(0);
        }
    }

    private static String cleaned(String text) {
        var cleaned = new StringBuilder(text.length() + text.length() / 8);
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (isSpace(character)) {
                cleaned.append(' ');
            } else if (isIdeograph(character)) {
                cleaned.append(' ').appendCodePoint(character).append(' ');
            } else if (!isNothing(character)) {
                cleaned.appendCodePoint(character);
            }
        }
        return cleaned.toString();
    }

    private static boolean isSpace(int character) {
        return character == ' '
                || character == '\t'
                || character == '\n'
                || character == '\r'
                || (character >= 0x80 && Character.isSpaceChar(character));
    }

    private static boolean isNothing(int character) {
        if (character < 0x80) {
            return character < ' ' || character == 0x7F;
        }
        return character == REPLACEMENT
                || switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.PRIVATE_USE,
                            Character.SURROGATE ->
                            true;
                    default -> false;
                };
    }

    private static boolean isAccent(int character) {
        return character >= 0x80 && Character.getType(character) == Character.NON_SPACING_MARK;
    }

    private static boolean isPunctuation(int character) {
        if (character < 0x80) {
            return character > ' '
                    && character < 0x7F
                    && !Character.isLetterOrDigit((char) character);
        }
        return switch (Character.getType(character)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    true;
            default -> false;
        };
    }

    /// The blocks that the vocabulary was made with.
    private static boolean isIdeograph(int character) {
        return character >= 0x3400
                && ((character <= 0x4DBF)
                        || (character >= 0x4E00 && character <= 0x9FFF)
                        || (character >= 0xF900 && character <= 0xFAFF)
                        || (character >= 0x20000 && character <= 0x2A6DF)
                        || (character >= 0x2A700 && character <= 0x2B81F)
                        || (character >= 0x2B920 && character <= 0x2CEAF)
                        || (character >= 0x2F800 && character <= 0x2FA1F));
    }
}
