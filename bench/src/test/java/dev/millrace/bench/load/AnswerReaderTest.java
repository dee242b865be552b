package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What is understood of an answer, however it is cut into pieces.
class AnswerReaderTest {

    private static final String ROW =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 9\r\n\r\n{\"a\":\r\n1}";

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void anAnswerIsWholeOnceItsLastByteCameWhereverItIsCut() throws IOException {
        for (int cut = 1; cut < ROW.length(); cut++) {
            var reader = new AnswerReader();

            assertThat(reader.read(bytes(ROW.substring(0, cut)))).isFalse();
            assertThat(reader.read(bytes(ROW.substring(cut)))).isTrue();
            assertThat(reader.status()).isEqualTo(200);
        }
    }

    @Test
    void whatFollowsAnAnswerIsLeftForTheNext() throws IOException {
        var reader = new AnswerReader();
        var both = bytes(ROW + "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");

        assertThat(reader.read(both)).isTrue();
        assertThat(both.hasRemaining()).isTrue();
        assertThat(reader.read(both)).isTrue();
        assertThat(reader.status()).isEqualTo(304);
        assertThat(both.hasRemaining()).isFalse();
    }

    @Test
    void whatHasNoLengthIsRefused() {
        assertThatThrownBy(() ->
                        new AnswerReader()
                                .read(
                                        bytes(
                                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without a Content-Length");
        assertThatThrownBy(() -> new AnswerReader().read(bytes("SSH-2.0-x\r\n\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not of HTTP/1.1");
    }
}
