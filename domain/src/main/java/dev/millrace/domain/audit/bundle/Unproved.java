package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.audit.bundle.Verdict.Seen;
import dev.millrace.domain.audit.note.TrustedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says what a bundle whose every part holds does not prove all the same.
record Unproved(
        TrustedKeys trusted,
        Seen now,
        @Nullable Seen before,
        List<PartitionProved> partitions,
        boolean hasAllPartitions,
        boolean noneVanished) {

    List<String> sentences() {
        var all = new ArrayList<String>();
        all.add(
                "That these are all records of a task, a person or a time: only between records of one run is it proved that the tree has no other; offsets missing there are marks of transactions, or were left out when the tree was made.");
        all.add(
                "That what a record says is true, or who wrote it: proved is that it stands in the history as it is here.");
        all.add(
                "When anything happened: times are those of the broker, the site and the witnesses, each by its own clock.");
        all.add("Anything after the checkpoint of size %d.".formatted(now.size()));
        if (!hasAllPartitions) {
            all.add(
                    "Anything about the other %d partitions of the site."
                            .formatted(now.state().partitions() - partitions.size()));
        }
        addWithheld(all);
        addGrowth(all);
        addWitnesses(all);
        return all;
    }

    private void addWithheld(List<String> all) {
        long withheld =
                partitions.stream()
                        .flatMap(partition -> partition.records().stream())
                        .filter(each -> !(each.shown() instanceof Shown.Whole))
                        .count();
        if (withheld > 0) {
            all.add("What %d withheld records hold.".formatted(withheld));
        }
    }

    private void addGrowth(List<String> all) {
        if (before == null) {
            all.add("That the history only grew: there is no earlier checkpoint to compare with.");
            return;
        }
        var unknown =
                partitions.stream()
                        .filter(partition -> partition.growth() == null)
                        .map(partition -> partition.head().name())
                        .toList();
        if (!unknown.isEmpty()) {
            all.add(
                    "That the history of these only grew, whose former heads are not here: "
                            + String.join(", ", unknown));
        }
        if (!noneVanished) {
            all.add("That no other partition changed or vanished since the earlier checkpoint.");
        }
        for (var partition : partitions) {
            var growth = partition.growth();
            for (var recovery : growth == null ? List.<Recovery>of() : growth.recoveries()) {
                all.add(
                        "What the %d records held that %s lost before epoch %d: %s"
                                .formatted(
                                        recovery.lost(),
                                        partition.head().name(),
                                        recovery.epoch(),
                                        recovery.reason()));
            }
        }
    }

    private void addWitnesses(List<String> all) {
        if (now.signers().witnesses().isEmpty()) {
            all.add(
                    "That others were shown the same history: no witness that you trust countersigned.");
        } else if (now.signers().witnesses().stream()
                .allMatch(each -> each.witness().name().startsWith(trusted.origin() + "/"))) {
            all.add(
                    "That others were shown the same history: only witnesses of the site's own countersigned.");
        }
        if (before != null && before.signers().witnessCount() < trusted.quorum()) {
            all.add(
                    "How old the earlier checkpoint is: %d of the witnesses that you trust countersigned it."
                            .formatted(before.signers().witnessCount()));
        }
        var seen = before == null ? Stream.of(now) : Stream.of(now, before);
        var unknown =
                seen.flatMap(each -> each.signers().unknown().stream())
                        .distinct()
                        .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            all.add(
                    "The signatures in the name of others, whose keys you did not give: "
                            + unknown);
        }
    }
}
