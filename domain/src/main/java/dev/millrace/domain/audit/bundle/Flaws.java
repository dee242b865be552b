package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.bundle.Verdict.Flaw;
import java.util.ArrayList;
import java.util.List;

/// What was found wrong so far; beyond a hundred it only counts.
final class Flaws {

    private static final int MOST = 100;

    private final List<Flaw> named = new ArrayList<>();
    private int more;

    void add(String where, String what) {
        if (named.size() < MOST) {
            named.add(new Flaw(where, what));
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return named.isEmpty();
    }

    Verdict.Refused refused() {
        var flaws = new ArrayList<>(named);
        if (more > 0) {
            flaws.add(new Flaw("bundle", more + " more flaws"));
        }
        return new Verdict.Refused(flaws);
    }
}
