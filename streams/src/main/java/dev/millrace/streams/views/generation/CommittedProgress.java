package dev.millrace.streams.views.generation;

import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.streams.views.ViewsSettings;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Tells how far a generation is by what its group has committed, twice a second: so whoever asks
/// need not know which processes fold it.
final class CommittedProgress implements ProgressOfRebuild {

    private final Admin admin;
    private final List<TopicPartition> sources;

    /// @param partitions how many each topic has
    CommittedProgress(Admin admin, int partitions) {
        this.admin = admin;
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
        var id = ViewsSettings.applicationId(generation);
        var committed =
                admin.listStreamsGroupOffsets(
                                Map.of(
                                        id,
                                        new ListStreamsGroupOffsetsSpec().topicPartitions(sources)))
                        .partitionsToOffsetAndMetadata(id)
                        .toCompletionStage()
                        .exceptionally(_ -> Map.of()); // no group yet: nothing is folded
        var begins = offsets(OffsetSpec.earliest()).toCompletionStage();
        var ends = offsets(OffsetSpec.latest()).toCompletionStage();
        return committed.thenCombine(
                begins.thenCombine(ends, Range::new),
                (folded, range) -> progress(folded, range.begins, range.ends));
    }

    private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(OffsetSpec which) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        sources.forEach(source -> asked.put(source, which));
        return admin.listOffsets(asked).all();
    }

    private record Range(
            Map<TopicPartition, ListOffsetsResultInfo> begins,
            Map<TopicPartition, ListOffsetsResultInfo> ends) {}

    private RebuildProgress progress(
            Map<TopicPartition, OffsetAndMetadata> committed,
            Map<TopicPartition, ListOffsetsResultInfo> begins,
            Map<TopicPartition, ListOffsetsResultInfo> ends) {
        var parts = new ArrayList<RebuildProgress.Part>();
        for (var source : sources) {
            long begin = offset(begins.get(source));
            long total = Math.max(0, offset(ends.get(source)) - begin);
            var at = committed.get(source);
            long folded = at == null ? 0 : Math.clamp(at.offset() - begin, 0, total);
            parts.add(new RebuildProgress.Part(source.topic(), source.partition(), folded, total));
        }
        return new RebuildProgress(parts);
    }

    private static long offset(@Nullable ListOffsetsResultInfo info) {
        return info == null ? 0 : info.offset();
    }
}
