package dev.millrace.streams.views.generation;

import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.streams.runtime.GroupLog;
import dev.millrace.streams.views.ViewsSettings;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/// Tells how far a generation is by what its group has committed, twice a second: so whoever asks
/// need not know which processes fold it.
final class CommittedProgress implements ProgressOfRebuild {

    private final GroupLog log;
    private final List<TopicPartition> sources;

    /// @param partitions how many each topic has
    CommittedProgress(GroupLog log, int partitions) {
        this.log = log;
        this.sources =
                ViewsTopology.folds().stream()
                        .flatMap(applied -> ViewsTopology.topics(applied).stream())
                        .sorted()
                        .flatMap(topic ->
                                IntStream.range(0, partitions)
                                        .mapToObj(number -> new TopicPartition(topic, number)))
                        .toList();
    }

    @Override
    public CompletionStage<RebuildProgress> of(int generation) {
        var all = Set.copyOf(sources);
        var committed =
                log.committed(ViewsSettings.applicationId(generation), all)
                        .exceptionally(_ -> Map.of()); // no group yet: nothing is folded
        return committed.thenCombine(
                log.begins(all).thenCombine(log.ends(all), Range::new),
                (folded, range) -> progress(folded, range.begins, range.ends));
    }

    private record Range(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {}

    private RebuildProgress progress(
            Map<TopicPartition, Long> committed,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        var parts = new ArrayList<RebuildProgress.Part>();
        for (var source : sources) {
            long begin = begins.getOrDefault(source, 0L);
            long total = Math.max(0, ends.getOrDefault(source, 0L) - begin);
            var at = committed.get(source);
            long folded = at == null ? 0 : Math.clamp(at - begin, 0, total);
            parts.add(new RebuildProgress.Part(source.topic(), source.partition(), folded, total));
        }
        return new RebuildProgress(parts);
    }
}
