package dev.millrace.domain.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task that a program asks for by writing straight into the log: what it wrote, of which nothing
/// was checked yet.
///
/// @param key the idempotency key
/// @param tenant whose part of the site the task is to belong to
/// @param input the text of a JSON object, if the writer kept to the schema
/// @param subject whose personal data the input is; null if nobody's
/// @param labels null for the usual ones
/// @param notBefore when the first attempt may begin; null for at once
/// @param deadline when the task expires; null for never
/// @param maxAttempts null for what the kind says
/// @param after the ids of tasks that it waits for
/// @param parent the id of the task it is a part of; null if it stands alone
public record UncheckedRequest(
        String key,
        String tenant,
        String kind,
        String input,
        @Nullable String subject,
        @Nullable UncheckedLabels labels,
        String priority,
        @Nullable Instant notBefore,
        @Nullable Instant deadline,
        @Nullable Integer maxAttempts,
        List<String> after,
        String onFailedDependency,
        @Nullable String parent) {

    public UncheckedRequest {
        after = List.copyOf(after);
    }

    /// Labels as they were written.
    public record UncheckedLabels(String sensitivity, List<String> tags) {
        public UncheckedLabels {
            tags = List.copyOf(tags);
        }
    }
}
