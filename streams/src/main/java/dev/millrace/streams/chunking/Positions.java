package dev.millrace.streams.chunking;

import java.util.Arrays;

/// Places in a text, in ascending order.
final class Positions {

    /// What the searches answer when there is no such place.
    static final int NONE = -1;

    private int[] places = new int[16];
    private int size;

    /// Adds a place, unless it is not behind the last one.
    void add(int place) {
        if (size > 0 && places[size - 1] >= place) {
            return;
        }
        if (size == places.length) {
            places = Arrays.copyOf(places, size + (size >> 1));
        }
        places[size++] = place;
    }

    /// Forgets the places behind `place`.
    void forgetAfter(int place) {
        while (size > 0 && places[size - 1] > place) {
            size--;
        }
    }

    void clear() {
        size = 0;
    }

    int last() {
        return size == 0 ? NONE : places[size - 1];
    }

    /// The last place at or before `bound`; [#NONE] if there is none.
    int atOrBefore(int bound) {
        int index = indexOf(bound);
        int floor = index >= 0 ? index : -index - 2;
        return floor < 0 ? NONE : places[floor];
    }

    /// The place in `from..to`, both included, that is best to cut at when the piece should be as
    /// long as `target` and not longer; failing that, as little longer as may be.
    int best(int from, int target, int to) {
        int shorter = atOrBefore(Math.min(target, to));
        if (shorter >= from) {
            return shorter;
        }
        int index = indexOf(Math.max(from, target));
        int ceiling = index >= 0 ? index : -index - 1;
        return ceiling < size && places[ceiling] <= to ? places[ceiling] : NONE;
    }

    private int indexOf(int place) {
        return Arrays.binarySearch(places, 0, size, place);
    }
}
