package dev.millrace.gateway.submit;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Work that a caller submits, in the form in which it goes into the log.
///
/// @param task its id
/// @param idFrom what its id follows from
/// @param subject whose personal data the input is; null if nobody's
/// @param terms on what terms it is to be done
public record Submission(
        TaskId task,
        IdFrom idFrom,
        String kind,
        Content input,
        Digest inputDigest,
        Labels labels,
        @Nullable String subject,
        Terms terms) {

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

    /// Tells a repeated request from a different one under the same id: the input's digest, and
    /// what was declared of it, if anything was.
    Digest requestDigest() {
        if (labels.equals(Labels.DEFAULT) && subject == null && terms.equals(Terms.DEFAULT)) {
            return inputDigest;
        }
        return Digest.of(
                String.join(
                        "\n",
                        inputDigest.hex(),
                        labels.sensitivity().wireName(),
                        String.join(",", labels.tags()),
                        subject == null ? "" : subject,
                        terms.equals(Terms.DEFAULT) ? "" : told(terms)));
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
        // Only where there is one: the digests of all others stay what they were.
        return terms.rerunOf() == null ? told : told + "\n" + terms.rerunOf();
    }
}
