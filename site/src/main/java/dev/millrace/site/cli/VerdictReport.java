package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.audit.bundle.Verdict.RecordProved;
import dev.millrace.domain.audit.bundle.Verdict.Seen;
import dev.millrace.domain.audit.note.TrustedKeys.Witnessed;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.event.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What came of checking evidence, for people and for programs.
///
/// What a record says comes from a file that nobody vouches for, so signs that a terminal would
/// obey are shown as `?`.
record VerdictReport(String file, Verdict verdict) {

    private static final String TYPE = "ce_type";
    private static final int MOST_TASKS = 20;

    String text() {
        return switch (verdict) {
            case Verdict.Refused(var flaws) ->
                    flaws.stream()
                            .map(flaw -> "  " + plain(flaw.toString()) + "\n")
                            .collect(
                                    Collectors.joining(
                                            "", "REFUSED: " + file + " proves nothing\n", ""));
            case Verdict.Proved proved -> text(proved);
        };
    }

    ObjectNode json() {
        var json = ApiClient.object().put("file", file);
        switch (verdict) {
            case Verdict.Refused(var flaws) -> {
                json.put("verdict", "refused");
                var all = json.putArray("flaws");
                flaws.forEach(flaw ->
                        all.addObject().put("where", flaw.where()).put("what", flaw.what()));
            }
            case Verdict.Proved proved -> {
                json.put("verdict", "proved").put("origin", proved.origin());
                put(json.putObject("checkpoint"), proved.now());
                if (proved.before() != null) {
                    put(json.putObject("earlier_checkpoint"), proved.before());
                }
                json.put("all_partitions", proved.hasAllPartitions());
                json.put("none_vanished", proved.noneVanished());
                json.put("recoveries", recoveries(proved).count());
                json.put("records_lost", lost(proved));
                var partitions = json.putArray("partitions");
                proved.partitions().forEach(each -> put(partitions.addObject(), each));
                var tasks = json.putArray("tasks");
                var versions = TaskVersions.of(proved.partitions());
                versions.forEach(each -> put(tasks.addObject(), each));
                var unproved = json.putArray("not_proved");
                unproved(proved, versions).forEach(unproved::add);
            }
        }
        return json;
    }

    private String text(Verdict.Proved proved) {
        var text = new StringBuilder("PROVED: " + file + "\n\n");
        text.append("The history of ").append(plain(proved.origin())).append("\n");
        seen(text, "Checkpoint", proved.now());
        if (proved.before() != null) {
            seen(text, "Earlier checkpoint", proved.before());
            grown(text, proved);
        }
        text.append("\nIn the history, exactly as in this file:\n");
        var records = new Table("partition", "offset", "index", "broker's time", "key", "what");
        boolean hasRecords = false;
        for (var partition : proved.partitions()) {
            for (var each : partition.records()) {
                row(records, partition, each);
                hasRecords = true;
            }
        }
        text.append(hasRecords ? records : "  (no records)\n");
        runs(text, proved);
        var versions = TaskVersions.of(proved.partitions());
        versions.stream()
                .limit(MOST_TASKS)
                .forEach(each -> text.append("  ").append(plain(each.sentence())).append("\n"));
        if (versions.size() > MOST_TASKS) {
            text.append(
                    "  and %d more tasks; see -o json%n".formatted(versions.size() - MOST_TASKS));
        }
        text.append("\nPartitions:\n").append(partitions(proved));
        text.append("\nNot proved:\n");
        unproved(proved, versions)
                .forEach(line -> text.append("  - ").append(plain(line)).append("\n"));
        return text.toString();
    }

    /// The events of a task count, so a gap shows; an end that is missing does not.
    private static List<String> unproved(Verdict.Proved proved, List<TaskVersions> versions) {
        var all = new ArrayList<String>();
        if (versions.size() == 1) {
            var only = versions.getFirst();
            all.add(
                    "That task %s has no event after number %d, in this checkpoint or since."
                            .formatted(only.task(), only.last()));
        } else if (!versions.isEmpty()) {
            all.add(
                    "That any of the %d tasks has no event after the last one that is here."
                            .formatted(versions.size()));
        }
        all.addAll(proved.unproved());
        return all;
    }

    private static void put(ObjectNode json, TaskVersions task) {
        json.put("task", plain(task.task()))
                .put("gapless", task.isGapless())
                .put("last", task.last())
                .put("unread", task.unread());
        var missing = json.putArray("missing");
        task.gaps().forEach(missing::add);
    }

    private static void grown(StringBuilder text, Verdict.Proved proved) {
        var where = proved.noneVanished() ? "in any partition" : "as far as shown";
        long recoveries = recoveries(proved).count();
        if (recoveries == 0) {
            text.append(
                    "Between these, the history only grew: nothing before was changed, %s.%n"
                            .formatted(where));
            return;
        }
        text.append(
                "Between these, RECORDS WERE LOST: %d, in %d recoveries that the site told of (see below).%n"
                        .formatted(lost(proved), recoveries));
        text.append("Beyond these, nothing before was changed, %s.%n".formatted(where));
    }

    private static Stream<Recovery> recoveries(Verdict.Proved proved) {
        return proved.partitions().stream()
                .map(PartitionProved::growth)
                .filter(Objects::nonNull)
                .flatMap(growth -> growth.recoveries().stream());
    }

    private static long lost(Verdict.Proved proved) {
        return recoveries(proved).mapToLong(Recovery::lost).sum();
    }

    private static void seen(StringBuilder text, String what, Seen seen) {
        text.append(
                "%s %d (root %s), of %s by the site's clock, signed by %s%n"
                        .formatted(
                                what,
                                seen.size(),
                                seen.root().base64(),
                                Instant.ofEpochMilli(seen.state().time()),
                                seen.signers().operators().stream()
                                        .map(VerifierKey::name)
                                        .map(VerdictReport::plain)
                                        .collect(Collectors.joining(", "))));
        for (var each : seen.signers().witnesses()) {
            text.append(
                    "  witnessed by %s, at %s by its clock%n"
                            .formatted(plain(each.witness().name()), each.time()));
        }
    }

    private static void row(Table records, PartitionProved partition, RecordProved each) {
        var name = partition.head().name();
        switch (each.shown()) {
            case Shown.Whole(long offset, long time, var content) ->
                    records.row(
                            name,
                            offset,
                            each.index(),
                            Instant.ofEpochMilli(time),
                            text(content.key()),
                            type(each.shown()));
            case Shown.Place(long offset, long time, var _) ->
                    records.row(
                            name,
                            offset,
                            each.index(),
                            Instant.ofEpochMilli(time),
                            "",
                            "content withheld");
            case Shown.Withheld(var _) -> records.row(name, "", each.index(), "", "", "withheld");
        }
    }

    private static void runs(StringBuilder text, Verdict.Proved proved) {
        for (var partition : proved.partitions()) {
            for (var run : partition.runs()) {
                if (run.last() > run.first()) {
                    text.append(
                            "  %s: between index %d and %d the tree has no other record%n"
                                    .formatted(partition.head().name(), run.first(), run.last()));
                }
            }
        }
    }

    private static Table partitions(Verdict.Proved proved) {
        var table = new Table("partition", "epoch", "first", "end", "records", "before");
        for (var each : proved.partitions()) {
            var head = each.head();
            var growth = each.growth();
            table.row(
                    head.name(),
                    head.epoch(),
                    head.firstOffset(),
                    head.endOffset(),
                    head.size(),
                    growth == null ? "?" : growth.from().size());
        }
        return table;
    }

    private static void put(ObjectNode json, Seen seen) {
        json.put("size", seen.size())
                .put("root", seen.root().base64())
                .put("time", Instant.ofEpochMilli(seen.state().time()).toString());
        var operators = json.putArray("signed_by");
        seen.signers().operators().forEach(key -> operators.add(key.toString()));
        var witnesses = json.putArray("witnessed_by");
        for (Witnessed each : seen.signers().witnesses()) {
            witnesses
                    .addObject()
                    .put("witness", each.witness().toString())
                    .put("time", each.time().toString());
        }
    }

    private static void put(ObjectNode json, PartitionProved partition) {
        var head = partition.head();
        json.put("topic", head.topic())
                .put("partition", head.partition())
                .put("epoch", head.epoch())
                .put("first_offset", head.firstOffset())
                .put("end_offset", head.endOffset())
                .put("records", head.size());
        var growth = partition.growth();
        if (growth != null) {
            json.put("records_before", growth.from().size());
            var recoveries = json.putArray("recoveries");
            for (Recovery each : growth.recoveries()) {
                recoveries
                        .addObject()
                        .put("epoch", each.epoch())
                        .put("lost", each.lost())
                        .put("time", Instant.ofEpochMilli(each.time()).toString())
                        .put("reason", each.reason());
            }
        }
        var proved = json.putArray("proved");
        partition.records().forEach(each -> put(proved, each));
        var runs = json.putArray("runs");
        partition.runs().forEach(run -> runs.addArray().add(run.first()).add(run.last()));
    }

    private static void put(ArrayNode proved, RecordProved each) {
        var json = proved.addObject().put("index", each.index());
        switch (each.shown()) {
            case Shown.Whole(long offset, long time, var content) ->
                    json.put("offset", offset)
                            .put("time", Instant.ofEpochMilli(time).toString())
                            .put("key", text(content.key()))
                            .put("type", type(each.shown()))
                            .put("content_sha256", content.digest().toString());
            case Shown.Place(long offset, long time, var digest) ->
                    json.put("offset", offset)
                            .put("time", Instant.ofEpochMilli(time).toString())
                            .put("content_sha256", digest.toString());
            case Shown.Withheld(var leaf) -> json.put("leaf", leaf.toString());
        }
    }

    private static String type(Shown shown) {
        if (shown instanceof Shown.Whole whole) {
            // As whoever reads the topic does: of several, the last counts.
            for (var header : whole.content().headers().reversed()) {
                if (header.name().equals(TYPE)) {
                    return text(header.value());
                }
            }
        }
        return "";
    }

    private static String text(@Nullable Bytes bytes) {
        return bytes == null ? "" : plain(new String(bytes.toArray(), StandardCharsets.UTF_8));
    }

    private static String plain(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
