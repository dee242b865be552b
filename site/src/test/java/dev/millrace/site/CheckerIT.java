package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.audit.AcceptedDocument;
import dev.millrace.site.audit.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checker itself: content with a sound site, and discontent with a log that was tampered with.
@Tag("full")
class CheckerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir private Path folder = Path.of(".");

    @Test
    void soundSiteHasNoViolationsAndEachTamperingHasItsOwn() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"))) {
            var accepted = new ArrayList<AcceptedDocument>();
            for (int i = 0; i < 4; i++) {
                accepted.add(accepted(site, i));
            }
            await("all are searchable")
                    .ignoreException(IOException.class)
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(site.get("/v1/views/tasks?state=succeeded").path("items"))
                                    .hasSize(accepted.size()));
            var checker = site.checker();
            assertThat(checker.violations(accepted)).isEmpty();
            requireDoubledCountFound(site, accepted);

            var never =
                    new AcceptedDocument(
                            DocumentId.parse("00000000-0000-8000-8000-000000000001"),
                            TaskId.parse("00000000-0000-8000-8000-000000000002"),
                            "never.txt",
                            "text/plain",
                            "Nobody took this in.");
            var promises = Stream.concat(accepted.stream(), Stream.of(never)).toList();
            repeatFirst(site, Topics.EMBEDDINGS.name());
            repeatFirst(site, Topics.CHUNKS.name());
            repeatFirst(site, Topics.DOCUMENTS.name());
            repeatFirst(site, Topics.TASK_EVENTS.name());
            repeatFirst(site, Topics.RESULTS.name());
            await("what follows from it is done")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(kinds(checker.violations(promises)))
                                    .contains(
                                            Violation.MissingTask.class,
                                            Violation.MissingDocument.class,
                                            Violation.MissingChunk.class,
                                            Violation.DoubledVector.class,
                                            Violation.DoubledChunk.class,
                                            Violation.DoubledDocument.class,
                                            Violation.TwoOutcomes.class,
                                            Violation.GapInVersions.class,
                                            Violation.WrongResults.class));
        }
    }

    /// A view that counted something twice.
    private static void requireDoubledCountFound(SiteProcess site, List<AcceptedDocument> accepted)
            throws Exception {
        var doubled =
                site.checker(path -> {
                    var page = site.get(path);
                    if (path.startsWith("/v1/views/throughput")) {
                        for (var row : page.path("items")) {
                            long ended = row.path("tasks_ended").asLong();
                            ((ObjectNode) row).put("tasks_ended", 2 * ended);
                        }
                    }
                    return page;
                });

        assertThat(doubled.violations(accepted))
                .isNotEmpty()
                .allSatisfy(violation ->
                        assertThat(violation)
                                .isInstanceOfSatisfying(
                                        Violation.ViewDiffers.class,
                                        row -> assertThat(row.view()).isEqualTo("throughput")));
    }

    private static List<Class<?>> kinds(List<Violation> violations) {
        return violations.stream().<Class<?>>map(Object::getClass).distinct().toList();
    }

    private static AcceptedDocument accepted(SiteProcess site, int number) throws Exception {
        var name = "mill-%d.txt".formatted(number);
        var text = "The wheel number %d turns. ".formatted(number).repeat(1 + 1_500 * number);
        var answer =
                site.submit(
                        "key-" + number,
                        Map.of("name", name, "media_type", "text/plain", "text", text));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        var body = SiteProcess.JSON.readTree(answer.body());
        return new AcceptedDocument(
                DocumentId.parse(body.path("id").asText()),
                TaskId.parse(body.path("task").asText()),
                name,
                "text/plain",
                text);
    }

    /// Writes the first record of some partition once more.
    private static void repeatFirst(SiteProcess site, String topic) throws Exception {
        var first = first(site, topic);
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", site.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var again =
                    new ProducerRecord<>(
                            topic, first.partition(), first.key(), first.value(), first.headers());
            assertThat(producer.send(again).get().hasOffset()).isTrue();
        }
    }

    private static ConsumerRecord<byte[], byte[]> first(SiteProcess site, String topic)
            throws IOException {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", site.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(one -> new TopicPartition(topic, one.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            await(topic + " has a record")
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                        return !found.isEmpty();
                    });
            return found.getFirst();
        }
    }
}
