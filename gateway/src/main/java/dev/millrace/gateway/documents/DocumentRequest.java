package dev.millrace.gateway.documents;

import dev.millrace.domain.event.Labels;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.contract.Upload;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.DeclaredLabels;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.TextType;
import dev.millrace.gateway.submit.UnicodeText;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A document that somebody wants to be taken in.
///
/// @param mediaType null if it follows from the name
/// @param subject whose personal data it is; null if nobody's
record DocumentRequest(
        String name,
        @Nullable String mediaType,
        String text,
        Labels labels,
        @Nullable String subject) {

    /// From a JSON body or a form that fits the contract.
    ///
    /// @throws ProblemException if a file is too large or no text
    static DocumentRequest of(Call call) {
        var upload = call.upload();
        return upload == null ? ofJson(call.body()) : ofForm(call.body(), upload);
    }

    private static DocumentRequest ofJson(JsonObject body) {
        return new DocumentRequest(
                body.getString("name"),
                body.getString("media_type"),
                body.getString("text"),
                DeclaredLabels.of(body),
                body.getString("subject"));
    }

    private static DocumentRequest ofForm(JsonObject fields, Upload upload) {
        if (upload.content().length > Ingest.MAX_TEXT_BYTES) {
            throw new ProblemException(Ingest.tooLarge(upload.content().length));
        }
        var declared = fields.getString("media_type");
        return new DocumentRequest(
                upload.name(),
                declared == null ? mediaType(upload) : declared,
                UnicodeText.decode("file", upload.content()),
                DeclaredLabels.of(fields.getString("sensitivity"), fields.getString("tags")),
                fields.getString("subject"));
    }

    /// What the file's own type says. Senders that know nothing say `application/octet-stream` or
    /// some `text/…`: the name decides then.
    private static @Nullable String mediaType(Upload upload) {
        var type = upload.mediaType().toLowerCase(Locale.ROOT);
        if (type.isEmpty() || type.startsWith("application/octet-stream")) {
            return null;
        }
        for (var known : TextType.values()) {
            if (known != TextType.PLAIN && type.startsWith(known.mediaType())) {
                return known.mediaType();
            }
        }
        return type.startsWith("text/") ? null : type;
    }
}
