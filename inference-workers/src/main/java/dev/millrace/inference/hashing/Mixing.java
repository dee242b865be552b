package dev.millrace.inference.hashing;

/// The two published bit mixers that the model is defined by, written out so that no library or JDK
/// can change a vector.
final class Mixing {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private Mixing() {}

    /// FNV-1a (64 bits) of no octets.
    static long fnv() {
        return FNV_OFFSET;
    }

    /// FNV-1a of what `hash` stands for, followed by the UTF-8 octets of one code point. (A lone
    /// surrogate counts as the three octets its value would take.)
    static long fnv(long hash, int codePoint) {
        if (codePoint < 0x80) {
            return octet(hash, codePoint);
        }
        if (codePoint < 0x800) {
            return continuation(octet(hash, 0xC0 | (codePoint >> 6)), codePoint);
        }
        if (codePoint < 0x10000) {
            long lead = octet(hash, 0xE0 | (codePoint >> 12));
            return continuation(continuation(lead, codePoint >> 6), codePoint);
        }
        long lead = octet(hash, 0xF0 | (codePoint >> 18));
        return continuation(
                continuation(continuation(lead, codePoint >> 12), codePoint >> 6), codePoint);
    }

    /// The `index`th output of SplitMix64 (Steele, Lea and Flood 2014) from `seed`.
    static long splitMix(long seed, long index) {
        return avalanche(seed + (index + 1) * GOLDEN_GAMMA);
    }

    /// Stafford's variant 13 of MurmurHash3's finaliser: every bit in moves every bit out. FNV-1a
    /// alone leaves its low bits too regular to choose a bucket by.
    static long avalanche(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static long continuation(long hash, int bits) {
        return octet(hash, 0x80 | (bits & 0x3F));
    }

    private static long octet(long hash, int octet) {
        return (hash ^ octet) * FNV_PRIME;
    }
}
