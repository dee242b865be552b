package dev.millrace.gateway.contract;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a request as it came in, before it is looked at.
sealed interface Received {

    /// There is none, and the contract wants none.
    record Nothing() implements Received {}

    /// Bytes that should be JSON.
    record Json(String mediaType, Buffer bytes) implements Received {}

    /// A form.
    ///
    /// @param file the one file in it; null if there was none
    record Form(String mediaType, Map<String, String> fields, @Nullable Upload file)
            implements Received {}
}
