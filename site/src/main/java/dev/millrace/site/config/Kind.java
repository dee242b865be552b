package dev.millrace.site.config;

import static java.util.stream.Collectors.toMap;

import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.kinds.http.AddressBlock;
import dev.millrace.inference.kinds.http.AllowedHost;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the values of a setting are: how they are written, and which are right.
///
/// @param expected for people, for instance `0..65535`
/// @param reader throws `IllegalArgumentException` at a text that is not one
record Kind<T>(String expected, Function<String, T> reader) {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})([A-Za-z]*)");

    /// A TCP port; 0 asks the system for a free one.
    static Kind<Integer> port() {
        return number(0, 65_535);
    }

    static Kind<Integer> number(int least, int most) {
        return new Kind<>(
                least + ".." + most, text -> (int) within(Long.parseLong(text), least, most));
    }

    /// A number of bytes, with or without a unit: `16777216`, `16384KiB`, `16MiB`.
    static Kind<Integer> bytes(int least, int most) {
        return new Kind<>(
                "%d..%d bytes, for instance 16MiB".formatted(least, most),
                text -> (int) within(bytesOf(text), least, most));
    }

    /// A time with its unit: `500ms`, `10s`, `2m`.
    static Kind<Duration> time(Duration least, Duration most) {
        return new Kind<>(
                "%s..%s".formatted(Setting.text(least), Setting.text(most)),
                text ->
                        Duration.ofMillis(
                                within(millisOf(text), least.toMillis(), most.toMillis())));
    }

    /// The name or address of a network interface.
    static Kind<String> host() {
        return new Kind<>(
                "a host name or address",
                text -> {
                    if (!Pattern.matches("[A-Za-z0-9.:_-]{1,253}", text)) {
                        throw new IllegalArgumentException(text);
                    }
                    return text;
                });
    }

    /// Names without spaces, separated by commas; none for an empty text.
    static Kind<Set<String>> names() {
        return new Kind<>(
                "names separated by commas",
                text -> {
                    if (!Pattern.matches("([^\\s,]+(\\s*,\\s*[^\\s,]+)*)?", text)) {
                        throw new IllegalArgumentException(text);
                    }
                    return text.isEmpty() ? Set.of() : Set.of(text.split("\\s*,\\s*", -1));
                });
    }

    /// Hosts that may be called, separated by commas, in order; none for an empty text.
    static Kind<List<AllowedHost>> allowedHosts() {
        return new Kind<>(
                "host, host:port or *.domain, separated by commas",
                text -> parts(text).stream().map(AllowedHost::parse).toList());
    }

    /// Blocks of addresses, separated by commas, in order; none for an empty text.
    static Kind<List<AddressBlock>> addressBlocks() {
        return new Kind<>(
                "blocks as 10.1.0.0/16, separated by commas",
                text -> parts(text).stream().map(AddressBlock::parse).toList());
    }

    /// A name that may stand in file names and in Kafka's client ids.
    static Kind<String> instance() {
        return new Kind<>(
                "1 to 64 of a-z, 0-9, - and .",
                text -> {
                    if (!Pattern.matches("[a-z0-9][a-z0-9.-]{0,63}", text)) {
                        throw new IllegalArgumentException(text);
                    }
                    return text;
                });
    }

    /// The name of a built-in embedding model; none for an empty text.
    static Kind<Optional<BuiltInModel>> model() {
        var byName =
                Arrays.stream(BuiltInModel.values())
                        .collect(toMap(one -> one.model().name(), one -> one));
        return optional(
                new Kind<>(
                        String.join(" or ", new TreeSet<>(byName.keySet())),
                        text -> {
                            var found = byName.get(text);
                            if (found == null) {
                                throw new IllegalArgumentException(text);
                            }
                            return found;
                        }));
    }

    /// One of another kind; none for an empty text.
    static <T> Kind<Optional<T>> optional(Kind<T> kind) {
        return new Kind<>(
                kind.expected,
                text -> text.isEmpty() ? Optional.empty() : Optional.of(kind.read(text)));
    }

    /// A file or folder; none for an empty text.
    static Kind<Optional<Path>> path() {
        return optional(new Kind<>("a path", Path::of));
    }

    /// Addresses of HTTP servers, separated by commas, in order; none for an empty text.
    static Kind<List<URI>> urls() {
        return new Kind<>(
                "http://host:port without user and password, separated by commas",
                text -> parts(text).stream().map(Kind::url).toList());
    }

    /// Addresses as Kafka has them, separated by commas, in order; none for an empty text.
    static Kind<List<String>> addresses() {
        return new Kind<>(
                "host:port, separated by commas",
                text -> {
                    var parts = parts(text);
                    for (var part : parts) {
                        if (!Pattern.matches(
                                "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+]):\\d{1,5}", part)) {
                            throw new IllegalArgumentException(text);
                        }
                    }
                    return parts;
                });
    }

    T read(String text) {
        return reader.apply(text.strip());
    }

    private static List<String> parts(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
    }

    private static URI url(String text) {
        var url = URI.create(text);
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        /* Addresses show in logs and messages; a password in one would too. */
        if (!isHttp || url.getHost() == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(text);
        }
        return url;
    }

    private static long within(long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(Long.toString(value));
        }
        return value;
    }

    private static long bytesOf(String text) {
        var amount = amount(text);
        long unit =
                switch (amount.group(2)) {
                    case "" -> 1;
                    case "KiB" -> 1024;
                    case "MiB" -> 1024 * 1024;
                    default -> throw new IllegalArgumentException(text);
                };
        return Math.multiplyExact(Long.parseLong(amount.group(1)), unit);
    }

    private static long millisOf(String text) {
        var amount = amount(text);
        long unit =
                switch (amount.group(2)) {
                    case "ms" -> 1;
                    case "s" -> 1000;
                    case "m" -> 60_000;
                    default -> throw new IllegalArgumentException(text);
                };
        return Math.multiplyExact(Long.parseLong(amount.group(1)), unit);
    }

    private static Matcher amount(String text) {
        var amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new IllegalArgumentException(text);
        }
        return amount;
    }
}
