package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.HexFormat;

/// IPv6 as text: every form of RFC 4291 is read, that of RFC 5952 is written.
///
/// The JDK's own parser is not used: for a mapped address it gives an IPv4 one, and it reads zones.
final class Ip6 {

    private static final int GROUPS = 8;
    private static final int GROUPS_OF_IP4 = 2;
    private static final int MOST_DIGITS = 4;
    private static final int LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();

    private static final Bytes MAPPED = Bytes.hex("00000000000000000000ffff");

    private Ip6() {}

    static Bytes parse(String text) {
        if (text.length() > LONGEST) {
            throw refused(text);
        }
        int gap = text.indexOf("::");
        var head = gap < 0 ? text : text.substring(0, gap);
        var tail = gap < 0 ? "" : text.substring(gap + 2);
        var groups = new int[GROUPS];
        int before = read(text, head, groups, gap < 0);
        var behind = new int[GROUPS];
        int count = read(text, tail, behind, true);
        // The gap stands for one group of zeros at least.
        if (gap < 0 ? before != GROUPS : before + count >= GROUPS) {
            throw refused(text);
        }
        System.arraycopy(behind, 0, groups, GROUPS - count, count);
        var address = new byte[GROUPS * 2];
        for (int i = 0; i < GROUPS; i++) {
            address[2 * i] = (byte) (groups[i] >>> Byte.SIZE);
            address[2 * i + 1] = (byte) groups[i];
        }
        return Bytes.copyOf(address);
    }

    /// How many groups a side of the gap has.
    private static int read(String whole, String side, int[] groups, boolean isLast) {
        if (side.isEmpty()) {
            return 0;
        }
        var parts = side.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean isIp4 = isLast && i == parts.length - 1 && parts[i].indexOf('.') >= 0;
            if (count + (isIp4 ? GROUPS_OF_IP4 : 1) > GROUPS) {
                throw refused(whole);
            }
            if (isIp4) {
                var ip4 = Ip4.parse(parts[i]);
                groups[count++] = ip4.at(0) << Byte.SIZE | ip4.at(1);
                groups[count++] = ip4.at(2) << Byte.SIZE | ip4.at(3);
            } else {
                groups[count++] = group(whole, parts[i]);
            }
        }
        return count;
    }

    private static int group(String whole, String digits) {
        if (digits.isEmpty()
                || digits.length() > MOST_DIGITS
                || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw refused(whole);
        }
        return HexFormat.fromHexDigits(digits);
    }

    static String print(Bytes value) {
        if (value.slice(0, MAPPED.length()).equals(MAPPED)) {
            return "::ffff:" + Ip4.print(value, MAPPED.length());
        }
        int from = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeros(value, i);
            if (zeros > length) {
                from = i;
                length = zeros;
            }
        }
        // A single group of zeros is written out.
        return length < 2
                ? groups(value, 0, GROUPS)
                : groups(value, 0, from) + "::" + groups(value, from + length, GROUPS);
    }

    private static int zeros(Bytes value, int from) {
        int i = from;
        while (i < GROUPS && group(value, i) == 0) {
            i++;
        }
        return i - from;
    }

    private static String groups(Bytes value, int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(group(value, i)));
        }
        return text.toString();
    }

    private static int group(Bytes value, int i) {
        return value.at(2 * i) << Byte.SIZE | value.at(2 * i + 1);
    }

    private static MalformedInput refused(String text) {
        return MalformedInput.of(
                "ip6", MalformedInput.quoted(text) + " (expected: an address of RFC 4291)");
    }
}
