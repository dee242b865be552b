package dev.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads answers of HTTP/1.1 off one connection, and of each no more than its status and how long
/// it is. Confined to one thread.
///
/// Takes what a server sends that knows the length of its bodies; anything else is an error.
final class AnswerReader {

    private static final int MOST_HEAD_BYTES = 16 * 1024;
    private static final String LENGTH = "\r\ncontent-length:";

    /* The end of a head, as it comes: CR LF CR LF. */
    private static final int END_OF_HEAD = 0x0D0A0D0A;

    private final byte[] head = new byte[MOST_HEAD_BYTES];
    private int headBytes;
    private int lastFour;
    private boolean isInBody;
    private long left;
    private int status;

    /// Takes bytes that came, up to the end of one answer.
    ///
    /// @return whether an answer is whole; what follows it is left in `bytes`
    /// @throws IOException if this is no answer with a length
    boolean read(ByteBuffer bytes) throws IOException {
        while (!isInBody && bytes.hasRemaining()) {
            take(bytes.get());
        }
        if (!isInBody) {
            return false;
        }
        int skipped = (int) Math.min(left, bytes.remaining());
        bytes.position(bytes.position() + skipped);
        left -= skipped;
        if (left > 0) {
            return false;
        }
        isInBody = false;
        headBytes = 0;
        lastFour = 0;
        return true;
    }

    /// Of the last whole answer.
    int status() {
        return status;
    }

    private void take(byte next) throws IOException {
        if (headBytes == MOST_HEAD_BYTES) {
            throw new IOException("answer: a head of over " + MOST_HEAD_BYTES + " bytes");
        }
        head[headBytes++] = next;
        lastFour = (lastFour << Byte.SIZE) | (next & 0xFF);
        if (lastFour == END_OF_HEAD) {
            parse(new String(head, 0, headBytes, StandardCharsets.ISO_8859_1));
        }
    }

    private void parse(String text) throws IOException {
        if (!text.startsWith("HTTP/1.1 ")) {
            throw new IOException("answer: not of HTTP/1.1: " + text.lines().findFirst());
        }
        status = Integer.parseInt(text.substring(9, 12));
        int at = text.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        boolean isWithoutBody = status == 204 || status == 304;
        if (at < 0 && !isWithoutBody) {
            throw new IOException("answer: without a Content-Length");
        }
        left =
                isWithoutBody
                        ? 0
                        : Long.parseLong(
                                text.substring(
                                                at + LENGTH.length(),
                                                text.indexOf('\r', at + LENGTH.length()))
                                        .strip());
        isInBody = true;
    }
}
