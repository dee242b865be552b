package dev.millrace.domain.task;

import java.util.BitSet;

/// Which of the tasks that a task waits for have not ended: a bit for each, in the order in which
/// it names them. Small, because a task may wait for thousands, and is stored anew when each ends.
///
/// Immutable.
public final class Pending {

    private final BitSet bits;

    private Pending(BitSet bits) {
        this.bits = bits;
    }

    /// All of them.
    ///
    /// @param dependencies how many there are
    public static Pending all(int dependencies) {
        var bits = new BitSet(dependencies);
        bits.set(0, dependencies);
        return new Pending(bits);
    }

    /// What [#toBytes] gave.
    public static Pending of(byte[] bytes) {
        return new Pending(BitSet.valueOf(bytes));
    }

    /// The bits, the first in the lowest of the first byte.
    public byte[] toBytes() {
        return bits.toByteArray();
    }

    /// How many have not ended.
    public int size() {
        return bits.cardinality();
    }

    /// Whether one has not ended.
    ///
    /// @param index of it; any number
    boolean contains(int index) {
        return index >= 0 && bits.get(index);
    }

    Pending without(int index) {
        var fewer = (BitSet) bits.clone();
        fewer.clear(index);
        return new Pending(fewer);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pending that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return bits.toString();
    }
}
