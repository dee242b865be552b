package dev.millrace.gateway.submit;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Work that a caller submits, in the form in which it goes into the log.
///
/// @param task its id
/// @param idFrom what its id follows from
/// @param subject whose personal data the input is; null if nobody's
/// @param terms on what terms it is to be done
/// @param asksForRetries whether the retries in `terms` were asked for; else they are the kind's
/// @param after the tasks that it waits for
public record Submission(
        TaskId task,
        IdFrom idFrom,
        String kind,
        Content input,
        Digest inputDigest,
        Labels labels,
        @Nullable String subject,
        Terms terms,
        boolean asksForRetries,
        List<TaskId> after) {

    public Submission {
        after = List.copyOf(after);
    }

    /// What the id of a task follows from.
    public enum IdFrom {
        /// The key that its sender gave it.
        KEY,
        /// What it is to do: the same content has the same id.
        CONTENT,
        /// Nothing: it is new each time.
        NOTHING
    }

    /// Whether submitting it again gives the same id, so that it happens once.
    boolean isRepeatable() {
        return idFrom != IdFrom.NOTHING;
    }

    /// Whether it is accepted if only the log takes it: nobody has its id, and it cannot be too
    /// late.
    public boolean isSureToBeAccepted() {
        return idFrom == IdFrom.NOTHING && terms.deadline() == null;
    }

    /// The same work as a new task, after its task has ended without success. Its id follows from
    /// that of the task that ended, so that whoever sends this too submits the same.
    Submission again() {
        return with(
                new TaskId(DerivedId.of("again", task.toString())),
                terms.again(task, terms.notBefore(), terms.deadline()),
                after);
    }

    /// The same, waiting for other tasks.
    ///
    /// @param other what each of the tasks is called now
    public Submission after(UnaryOperator<TaskId> other) {
        return with(task, terms, after.stream().map(other).toList());
    }

    private Submission with(TaskId task, Terms terms, List<TaskId> after) {
        return new Submission(
                task,
                idFrom,
                kind,
                input,
                inputDigest,
                labels,
                subject,
                terms,
                asksForRetries,
                after);
    }

    /// Tells a repeated request from a different one under the same id: the input's digest, and
    /// what was declared of it, if anything was.
    public Digest requestDigest() {
        var asked = asked();
        if (labels.equals(Labels.DEFAULT)
                && subject == null
                && asked.equals(Terms.DEFAULT)
                && after.isEmpty()) {
            return inputDigest;
        }
        var told =
                String.join(
                        "\n",
                        inputDigest.hex(),
                        labels.sensitivity().wireName(),
                        String.join(",", labels.tags()),
                        subject == null ? "" : subject,
                        asked.equals(Terms.DEFAULT) ? "" : told(asked));
        return Digest.of(
                after.isEmpty()
                        ? told
                        : after.stream()
                                .map(TaskId::toString)
                                .collect(Collectors.joining(",", told + "\nafter ", "")));
    }

    /// The terms without what the kind adds: its next version may add something else, and a repeat
    /// is one all the same.
    private Terms asked() {
        return new Terms(
                terms.priority(),
                terms.notBefore(),
                terms.deadline(),
                asksForRetries ? terms.retries() : Retries.DEFAULT,
                terms.parent(),
                terms.onFailedDependency(),
                terms.rerunOf(),
                null);
    }

    private static String told(Terms terms) {
        var retries = terms.retries();
        var told =
                String.join(
                        "\n",
                        terms.priority().wireName(),
                        String.valueOf(terms.notBefore()),
                        String.valueOf(terms.deadline()),
                        Integer.toString(retries.mostAttempts()),
                        retries.first().toString(),
                        retries.longest().toString(),
                        String.join(",", new TreeSet<>(retries.finalCodes())),
                        String.valueOf(terms.parent()));
        // Only where it is unusual: the digests of all others stay what they were.
        if (terms.rerunOf() != null) {
            told = told + "\n" + terms.rerunOf();
        }
        return terms.onFailedDependency() == DependencyPolicy.FAIL
                ? told
                : told + "\n" + terms.onFailedDependency().wireName();
    }
}
