package dev.millrace.domain.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// On what terms work is asked for.
///
/// @param notBefore when the first attempt may begin; null for at once
/// @param deadline when the task expires if it has not ended; null for never
/// @param parent the task this one is a part of; null if it stands alone
/// @param onFailedDependency what becomes of it when a task that it waits for does not succeed
public record Terms(
        Priority priority,
        @Nullable Instant notBefore,
        @Nullable Instant deadline,
        Retries retries,
        @Nullable TaskId parent,
        DependencyPolicy onFailedDependency) {

    /// At once, without a deadline, with the usual retries.
    public static final Terms DEFAULT =
            new Terms(Priority.NORMAL, null, null, Retries.DEFAULT, null, DependencyPolicy.FAIL);
}
