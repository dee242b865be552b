package dev.millrace.streams.views.tally;

import java.util.HexFormat;
import java.util.regex.Pattern;

/// Which worker did which sort of work.
///
/// @param worker its name
/// @param work the kind of task, or the model's name and version: encoded, each behind a separator
public record WorkerKey(String worker, String work) {

    private static final Pattern SEPARATOR = Pattern.compile("\\|");

    /* A slash, and the last 12 digits of an id: what tells processes and claims of one name apart. */
    private static final int TAIL = 13;

    /// By the kind of task.
    ///
    /// @param worker as an event names it
    public static WorkerKey ofKind(String worker, String kind) {
        return new WorkerKey(name(worker), KeyText.encode(kind));
    }

    /// By the model.
    ///
    /// @param worker as an event names it
    public static WorkerKey ofModel(String worker, String name, String version) {
        return new WorkerKey(name(worker), KeyText.encode(name) + "|" + KeyText.encode(version));
    }

    /// Reads the key of a store.
    public static WorkerKey parse(String stored) {
        var parts = SEPARATOR.split(stored, 4);
        return new WorkerKey(KeyText.decode(parts[2]), parts[3]);
    }

    /// The part of [#work] at an index: the kind, or the model's name and then its version.
    public String part(int index) {
        return KeyText.decode(SEPARATOR.split(work, -1)[index]);
    }

    /// How all keys of a tenant begin.
    public static String prefix(String tenant) {
        return "w|" + KeyText.encode(tenant) + "|";
    }

    /// How all keys of one worker of a tenant begin.
    public static String prefix(String tenant, String worker) {
        return prefix(tenant) + KeyText.encode(worker) + "|";
    }

    String stored(String tenant) {
        return prefix(tenant, worker) + work;
    }

    /// The name of a worker without what each process and each claim adds to it, of which there are
    /// as many as attempts.
    static String name(String worker) {
        int end = worker.length() - TAIL;
        if (end < 1 || worker.charAt(end) != '/') {
            return worker;
        }
        for (int i = end + 1; i < worker.length(); i++) {
            if (!HexFormat.isHexDigit(worker.charAt(i))) {
                return worker;
            }
        }
        return worker.substring(0, end);
    }
}
