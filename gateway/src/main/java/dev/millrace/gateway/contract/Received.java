package dev.millrace.gateway.contract;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a request as it came in, before it is looked at.
sealed interface Received {

    /// How large what it holds is, in bytes; the names and values of a form aside.
    long bytes();

    /// There is none, and the contract wants none.
    record Nothing() implements Received {
        @Override
        public long bytes() {
            return 0;
        }
    }

    /// Bytes that should be JSON.
    record Json(String mediaType, Buffer content) implements Received {
        @Override
        public long bytes() {
            return content.length();
        }
    }

    /// Bytes that should be JSON, and are the data of an event.
    ///
    /// @param attributes of the event, by their names
    record Event(Map<String, String> attributes, Buffer content) implements Received {
        @Override
        public long bytes() {
            return content.length();
        }
    }

    /// A form.
    ///
    /// @param file the one file in it; null if there was none
    record Form(String mediaType, Map<String, String> fields, @Nullable Upload file)
            implements Received {
        @Override
        public long bytes() {
            return file == null ? 0 : file.content().length;
        }
    }
}
