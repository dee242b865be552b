package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that `decide` needs to know of a task: the fold of its events so far.
///
/// Of an ended task all but [#open] stays.
///
/// @param version of the last event; a task known only by refusals has one too
/// @param kind null while only refusals are known
/// @param inputDigest null while only refusals are known
/// @param attempt the current attempt, waited for or worked on; 0 before the task is submitted
/// @param owner null while only refusals are known, and until [#ownedBy]
/// @param open null unless the task was submitted and has not ended
/// @param output what it gave, for tasks that come to wait for it later; null unless it succeeded,
///   and if that is too large to be passed on (see [DependencyResult#MOST_OUTPUT_BYTES])
public record TaskState(
        TaskId task,
        long version,
        Stage stage,
        @Nullable String kind,
        @Nullable Digest inputDigest,
        int attempt,
        @Nullable Owner owner,
        @Nullable Open open,
        @Nullable Content output) {

    /// Whose a task is, as its submission says.
    ///
    /// @param subject whose personal data this is; null if nobody's
    /// @param correlation the same for everything that follows from the submission
    public record Owner(String tenant, @Nullable String subject, Labels labels, UUID correlation) {

        /// The same under other labels.
        public Owner under(Labels others) {
            return new Owner(tenant, subject, others, correlation);
        }
    }

    /// What matters of a task until it ends.
    ///
    /// @param input as it was submitted
    /// @param due in [Stage#WAITING], when the attempt may begin; else null
    /// @param leaseEnds in [Stage#RUNNING], when the attempt is taken for lost; null for never
    /// @param worker in [Stage#RUNNING], who holds the attempt; else null
    /// @param again in [Stage#QUEUED], when it is queued once more; else null, or for never
    /// @param repeats in [Stage#QUEUED], how often it was queued once more
    /// @param endsBy in [Stage#RUNNING], when the attempt has failed in any case; null for never
    /// @param pending in [Stage#WAITING], which tasks it waits for; null for none
    /// @param dependencies for how many tasks it has waited, or waits
    public record Open(
            Content input,
            Terms terms,
            @Nullable Instant due,
            @Nullable Instant leaseEnds,
            @Nullable String worker,
            @Nullable Instant again,
            int repeats,
            @Nullable Instant endsBy,
            @Nullable Pending pending,
            int dependencies) {

        /// A task that was just submitted.
        static Open submitted(TaskEvent.Submitted event) {
            var after = event.after();
            return new Open(
                    event.input(),
                    event.terms(),
                    event.due(),
                    null,
                    null,
                    event.again(),
                    0,
                    null,
                    after.isEmpty() ? null : Pending.all(after.size()),
                    after.size());
        }

        Open queued(@Nullable Instant next, int times) {
            return new Open(input, terms, null, null, null, next, times, null, null, dependencies);
        }

        Open running(@Nullable String holder, @Nullable Instant until, @Nullable Instant latest) {
            return new Open(input, terms, null, until, holder, null, 0, latest, null, dependencies);
        }

        Open waiting(@Nullable Instant until, @Nullable Pending others) {
            return new Open(input, terms, until, null, null, null, 0, null, others, dependencies);
        }
    }

    /// The same task, with an owner.
    public TaskState ownedBy(Owner owner) {
        return new TaskState(task, version, stage, kind, inputDigest, attempt, owner, open, output);
    }

    /// When the task is to be woken next, with a [TaskCommand.Wake]; null for never.
    public @Nullable Instant wakeAt() {
        return open == null
                ? null
                : Stream.of(open.due, open.leaseEnds, open.again, open.terms.deadline())
                        .filter(Objects::nonNull)
                        .min(Instant::compareTo)
                        .orElse(null);
    }

    /// Where in its life a task is.
    public enum Stage {
        /// Refused something before it was ever submitted.
        ABSENT,
        /// For its moment, or for the end of a pause between attempts.
        WAITING,
        /// For a worker.
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        EXPIRED;

        /// The name in rows and views, for instance `queued`.
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether nothing but refusals follows.
        public boolean isEnded() {
            return switch (this) {
                case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> true;
                case ABSENT, WAITING, QUEUED, RUNNING -> false;
            };
        }
    }
}
