package dev.millrace.streams.chunking;

/// What is known of the structure of a section: where its blocks and their items begin and end, and
/// which stretches are no prose.
///
/// Told in the order of the text. Confined to one thread.
final class Marks {

    private final Positions blocks = new Positions();
    private final Positions items = new Positions();
    private final Positions keptFrom = new Positions();
    private final Positions keptTo = new Positions();

    /// A block begins or ends here.
    void block(int place) {
        blocks.add(place);
    }

    /// A part of a block begins or ends here.
    void item(int place) {
        items.add(place);
    }

    /// The stretch is one thing: no cut told of inside it so far stands, nor will a sentence be
    /// looked for there. Lines told of as items afterwards may still be cut at.
    void keep(int from, int to) {
        if (from >= to) {
            return;
        }
        blocks.forgetAfter(from);
        items.forgetAfter(from);
        while (keptFrom.last() >= from) {
            keptFrom.forgetAfter(keptFrom.last() - 1);
            keptTo.forgetAfter(keptTo.last() - 1);
        }
        keptFrom.add(from);
        keptTo.add(to);
    }

    /// Forgets everything; the next section begins.
    void clear() {
        blocks.clear();
        items.clear();
        keptFrom.clear();
        keptTo.clear();
    }

    Positions blocks() {
        return blocks;
    }

    Positions items() {
        return items;
    }

    /// Whether `place` is inside a kept stretch.
    boolean isKept(int place) {
        int from = keptFrom.atOrBefore(place - 1);
        return from != Positions.NONE && from >= keptTo.atOrBefore(place);
    }
}
