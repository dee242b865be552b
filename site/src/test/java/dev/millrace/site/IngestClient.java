package dev.millrace.site;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;
import dev.millrace.site.SeededTexts.Draft;
import dev.millrace.site.audit.AcceptedDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Submits documents to a site that may be killed at any time, and remembers which were accepted.
///
/// What got no answer is submitted again, under the same key, to the next site it is shown.
final class IngestClient {

    private static final int AT_A_TIME = 3;

    private final SeededTexts texts;
    private final Queue<Draft> unanswered = new ConcurrentLinkedQueue<>();
    private final Queue<AcceptedDocument> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger resubmitted = new AtomicInteger();

    IngestClient(SeededTexts texts) {
        this.texts = texts;
    }

    /// Every document whose 202 was seen.
    List<AcceptedDocument> accepted() {
        return List.copyOf(accepted);
    }

    /// Answers that none of the documents deserves.
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /// How many submissions were made again because there was no answer.
    int resubmitted() {
        return resubmitted.get();
    }

    /// Begins to submit: first what is unanswered, then new documents.
    ///
    /// @param most how many new documents
    Run against(SiteProcess site, int most) {
        var left = new AtomicInteger(most);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < AT_A_TIME; i++) {
            threads.add(Thread.ofPlatform().name("ingest-" + i).start(() -> submit(site, left)));
        }
        return new Run(threads);
    }

    /// Documents being submitted to one site.
    record Run(List<Thread> threads) {

        /// Returns when the site is gone or everything was answered.
        void join() throws InterruptedException {
            for (var thread : threads) {
                thread.join();
            }
        }
    }

    private void submit(SiteProcess site, AtomicInteger left) {
        for (var draft = next(left); draft != null; draft = next(left)) {
            try {
                if (!isAnswered(site, draft)) {
                    unanswered.add(draft);
                }
            } catch (IOException gone) {
                unanswered.add(draft);
                return;
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private @Nullable Draft next(AtomicInteger left) {
        var again = unanswered.poll();
        if (again != null) {
            resubmitted.incrementAndGet();
            return again;
        }
        return left.getAndDecrement() > 0 ? texts.next() : null;
    }

    /// @return false if the site asks to come again
    private boolean isAnswered(SiteProcess site, Draft draft)
            throws IOException, InterruptedException {
        var answer =
                site.submit(
                        draft.key(),
                        Map.of(
                                "name", draft.name(),
                                "media_type", draft.mediaType(),
                                "text", draft.text()));
        switch (answer.statusCode()) {
            case 202 -> {
                var body = SiteProcess.JSON.readTree(answer.body());
                accepted.add(
                        new AcceptedDocument(
                                DocumentId.parse(body.path("id").asText()),
                                TaskId.parse(body.path("task").asText()),
                                draft.name(),
                                draft.mediaType(),
                                draft.text()));
            }
            case 409, 503 -> { // 409: what was sent before a lost connection is under way
                return false;
            }
            default -> refusals.add(draft.key() + ": " + answer.body());
        }
        return true;
    }
}
