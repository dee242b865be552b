package dev.millrace.domain.audit.tree;

import dev.millrace.domain.event.Digest;
import java.util.ArrayList;
import java.util.List;

/// RFC 6962 §2.1 as it is written there, with nothing made faster.
final class NaiveTree {

    private NaiveTree() {}

    static Hash root(List<byte[]> entries) {
        int n = entries.size();
        if (n == 0) {
            return Hash.of(Digest.sha256().digest());
        }
        if (n == 1) {
            return sha256(new byte[] {0}, entries.getFirst());
        }
        int k = split(n);
        return node(root(entries.subList(0, k)), root(entries.subList(k, n)));
    }

    static List<Hash> path(int m, List<byte[]> entries) {
        int n = entries.size();
        if (n == 1) {
            return List.of();
        }
        int k = split(n);
        return m < k
                ? plus(path(m, entries.subList(0, k)), root(entries.subList(k, n)))
                : plus(path(m - k, entries.subList(k, n)), root(entries.subList(0, k)));
    }

    static List<Hash> proof(int m, List<byte[]> entries) {
        return subproof(m, entries, true);
    }

    private static List<Hash> subproof(int m, List<byte[]> entries, boolean isWhole) {
        int n = entries.size();
        if (m == n) {
            return isWhole ? List.of() : List.of(root(entries));
        }
        int k = split(n);
        return m <= k
                ? plus(subproof(m, entries.subList(0, k), isWhole), root(entries.subList(k, n)))
                : plus(subproof(m - k, entries.subList(k, n), false), root(entries.subList(0, k)));
    }

    private static int split(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    private static List<Hash> plus(List<Hash> proof, Hash hash) {
        var longer = new ArrayList<>(proof);
        longer.add(hash);
        return longer;
    }

    private static Hash node(Hash left, Hash right) {
        return sha256(new byte[] {1}, left.toArray(), right.toArray());
    }

    private static Hash sha256(byte[]... parts) {
        var digest = Digest.sha256();
        for (var part : parts) {
            digest.update(part);
        }
        return Hash.of(digest.digest());
    }
}
