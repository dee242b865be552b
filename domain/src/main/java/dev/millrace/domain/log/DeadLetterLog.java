package dev.millrace.domain.log;

import dev.millrace.domain.view.Position;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The records that consumers passed over, as `millrace.dead-letters` keeps them, and their way
/// back.
///
/// Safe for use by many threads; calls never block. A stage fails with `ViewUnavailable` while the
/// brokers do not answer, or when too much is asked for at once.
public interface DeadLetterLog {

    /// A page of letters. What stands in the topic and is no letter is passed over.
    CompletionStage<LetterPage> list(LetterQuery query);

    /// Writes the record that a letter is about once more into the partition it came from: key,
    /// value and headers as they were, and a header `redriven-from` that names the letter. The
    /// letter stays. Asking again writes again.
    CompletionStage<Redrive> redrive(int partition, long offset);

    /// Which letters come first.
    enum Order {
        NEWEST,
        OLDEST
    }

    /// What to list.
    ///
    /// @param from where the page before ended; [Position#START] for the first. Only of use with
    ///   the order that it was given out for
    /// @param limit most letters in the page, 1 to [#MOST]
    record LetterQuery(Order order, Position from, int limit) {

        /// A letter may hold 2 MiB, all of which are read for a line in a list.
        public static final int MOST = 200;

        public LetterQuery {
            if (limit < 1 || limit > MOST) {
                throw new IllegalArgumentException(
                        "limit: " + limit + " (expected: 1.." + MOST + ")");
            }
        }
    }

    /// Letters by the time at which they were written, those of a partition in its order.
    ///
    /// @param next asks for the next page; null after the last
    record LetterPage(List<DeadLetter> letters, @Nullable Position next) {
        public LetterPage {
            letters = List.copyOf(letters);
        }
    }

    /// A letter without the record it holds.
    ///
    /// @param partition of `millrace.dead-letters`
    /// @param origin where the record stood: `topic-partition@offset`
    /// @param consumer who passed over it
    /// @param code why, for programs
    /// @param detail why, for people
    /// @param time when the letter was written
    /// @param bytes of the key and the value that it holds
    /// @param isCut whether the record was larger than that
    /// @param redrivenFrom the letter that the record was redriven from; null if it was not
    record DeadLetter(
            int partition,
            long offset,
            String origin,
            String consumer,
            String code,
            String detail,
            Instant time,
            long bytes,
            boolean isCut,
            @Nullable String redrivenFrom) {}

    /// What came of a redrive.
    sealed interface Redrive {

        /// The record stands in the log once more.
        record Done(Position position) implements Redrive {}

        /// It cannot go back, however often that is asked for.
        ///
        /// @param why for people: the cause and the way out
        record Refused(String why) implements Redrive {}

        /// There is no such letter.
        record NoLetter() implements Redrive {}
    }
}
