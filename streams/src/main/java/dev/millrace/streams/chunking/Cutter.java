package dev.millrace.streams.chunking;

import static dev.millrace.streams.chunking.Positions.NONE;

import java.text.BreakIterator;

/// Chooses where the pieces of a section begin and end. Confined to one thread.
final class Cutter {

    /* A shorter piece is made only where the alternative is to cut through a block or a sentence. */
    private static final int MINIMUM = 500;

    /* Sentences are looked for a little further than the piece may reach, because the end of what
     * the iterator is given always looks to it like the end of a sentence. */
    private static final int LOOK_AHEAD = 200;

    private static final int MAX_SENTENCES_REPEATED = 2;

    private final BreakIterator iterator;
    private final Positions sentences = new Positions();

    Cutter(BreakIterator sentences) {
        this.iterator = sentences;
    }

    /// Takes in where a piece begins and ends.
    @FunctionalInterface
    interface Sink {
        void piece(int from, int to);
    }

    /// Cuts `text[from:to]`.
    void cut(String text, int from, int to, Marks marks, Sink sink) {
        int end = CodePoints.trimEnd(text, from, to);
        int start = CodePoints.skipBlank(text, from, end);
        int covered = start;
        while (start < end) {
            int limit = CodePoints.ahead(text, start, Chunker.MAXIMUM, end);
            if (limit == end) {
                sink.piece(start, end);
                return;
            }
            findSentences(text, start, limit, end, marks);
            int cut = structural(text, start, Math.max(start, covered), limit, marks);
            if (cut == NONE && start < covered) {
                start = CodePoints.skipBlank(text, covered, end);
                continue;
            }
            if (cut == NONE) {
                cut = between(text, start, limit);
            }
            sink.piece(start, CodePoints.trimEnd(text, start, cut));
            covered = cut;
            start = CodePoints.skipBlank(text, repeated(text, start, cut, marks), end);
        }
    }

    private void findSentences(String text, int start, int limit, int end, Marks marks) {
        sentences.clear();
        iterator.setText(text.substring(start, Math.min(limit + LOOK_AHEAD, end)));
        for (int next = iterator.next();
                next != BreakIterator.DONE && start + next <= limit;
                next = iterator.next()) {
            int place = CodePoints.whole(text, start + next);
            if (place > start && !marks.isKept(place)) {
                sentences.add(place);
            }
        }
    }

    /// The best cut between blocks, items or sentences; none at or before `covered`.
    private int structural(String text, int start, int covered, int limit, Marks marks) {
        int least = Math.max(covered + 1, CodePoints.ahead(text, start, MINIMUM, limit));
        int target = CodePoints.ahead(text, start, Chunker.TARGET, limit);
        int cut = marks.blocks().best(least, target, limit);
        if (cut == NONE) {
            cut = marks.items().best(least, target, limit);
        }
        if (cut == NONE) {
            cut = sentences.best(least, target, limit);
        }
        if (cut == NONE) {
            cut = lastBefore(least, marks);
        }
        return cut > covered ? cut : NONE;
    }

    /// A cut between lines, or words, or characters.
    private static int between(String text, int start, int limit) {
        int least = CodePoints.ahead(text, start, MINIMUM, limit);
        int space = NONE;
        for (int place = limit; place > start; place--) {
            if (place >= least && text.charAt(place - 1) == '\n') {
                return place;
            }
            if (space == NONE && CodePoints.isBlank(text, place - 1)) {
                space = place;
            }
        }
        return space == NONE ? limit : space;
    }

    /// Where the next piece begins if it repeats the end of the one from `start` to `cut`.
    private int repeated(String text, int start, int cut, Marks marks) {
        int bound =
                CodePoints.behind(
                        text, CodePoints.trimEnd(text, start, cut), Chunker.OVERLAP, start + 1);
        int from = cut;
        for (int taken = 0; taken < MAX_SENTENCES_REPEATED; ) {
            int before = lastBefore(from, marks);
            if (before < bound) {
                break;
            }
            if (CodePoints.skipBlank(text, before, from) < from) {
                taken++;
            }
            from = before;
        }
        return from;
    }

    private int lastBefore(int place, Marks marks) {
        return Math.max(
                sentences.atOrBefore(place - 1),
                Math.max(
                        marks.blocks().atOrBefore(place - 1), marks.items().atOrBefore(place - 1)));
    }
}
