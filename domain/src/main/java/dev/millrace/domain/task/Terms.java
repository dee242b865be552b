package dev.millrace.domain.task;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// On what terms work is asked for.
///
/// @param notBefore when the first attempt may begin; null for at once
/// @param deadline when the task expires if it has not ended; null for never
/// @param parent the task this one is a part of; null if it stands alone
/// @param onFailedDependency what becomes of it when a task that it waits for does not succeed
/// @param rerunOf the task whose work this one does again; null if it does its own
/// @param timeout how long a worker may take over an attempt, its heartbeats notwithstanding, in
///   whole milliseconds; null for as long as it likes
public record Terms(
        Priority priority,
        @Nullable Instant notBefore,
        @Nullable Instant deadline,
        Retries retries,
        @Nullable TaskId parent,
        DependencyPolicy onFailedDependency,
        @Nullable TaskId rerunOf,
        @Nullable Duration timeout) {

    /// At once, without a deadline, with the usual retries.
    public static final Terms DEFAULT =
            new Terms(Priority.NORMAL, null, null, Retries.DEFAULT, null);

    /// The terms of a task that does its own work, and fails if one that it waits for does not
    /// succeed.
    public Terms(
            Priority priority,
            @Nullable Instant notBefore,
            @Nullable Instant deadline,
            Retries retries,
            @Nullable TaskId parent) {
        this(priority, notBefore, deadline, retries, parent, DependencyPolicy.FAIL, null, null);
    }

    /// The same, but that an attempt may take so long.
    public Terms within(@Nullable Duration longest) {
        return new Terms(
                priority,
                notBefore,
                deadline,
                retries,
                parent,
                onFailedDependency,
                rerunOf,
                longest);
    }

    /// The same, but that it begins however those end that it waits for.
    public Terms whateverFails() {
        return new Terms(
                priority,
                notBefore,
                deadline,
                retries,
                parent,
                DependencyPolicy.RUN,
                rerunOf,
                timeout);
    }

    /// The same for a task that does the work of another again, when it is asked to.
    public Terms again(TaskId other, @Nullable Instant notBefore, @Nullable Instant deadline) {
        return new Terms(
                priority, notBefore, deadline, retries, parent, onFailedDependency, other, timeout);
    }
}
