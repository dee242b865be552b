package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real site whose every topic, of one partition, was given every kind of record that nobody can
/// read; what is accepted afterwards stands behind all of them.
///
/// The topics are those of the catalogue and their readers those that Kafka knows, so a topic or an
/// application that is added is tested from that day on. Only a reader without a group has to be
/// named here.
@Tag("full")
class PoisonIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String QUEUE = WorkTopics.of("echo", Priority.NORMAL).name();

    /* With another one, what comes after the poison could go past it. */
    private static final String ONE_PARTITION = "millrace.partitions=1";

    /// The search index keeps its own offsets; admission has none before the first request, nor has
    /// who looks at rebuilds before the first of them.
    private static final Map<String, String> WITHOUT_GROUP =
            Map.of(
                    Topics.EMBEDDINGS.name(),
                    "millrace-search",
                    Topics.TASK_REQUESTS,
                    "millrace-admission",
                    Topics.VIEW_EVENTS.name(),
                    "millrace-tails");

    @TempDir private Path folder = Path.of(".");

    @Test
    void everyTopicTakesEveryKindOfPoisonAndTheRestFlowsOn() throws Exception {
        var data = folder.resolve("data");
        int port = freePort();
        var broker = "millrace.broker.port=" + port;
        Set<String> letters;
        try (var site = SiteProcess.start(data, "--set", broker, "--set", ONE_PARTITION);
                var log = new PlainKafka("127.0.0.1:" + port)) {
            accepted(site, "before.txt", "Water turns the wheel.");
            awaitSearchable(site, "before.txt");
            new TaskApi(site).register("mill"); // so that somebody has read a kind and a signal
            progress(site);

            var readers = settledReaders(log.admin());
            var poisoned = new TreeMap<String, Poison>();
            var topics = new ArrayList<>(Topics.toCreate(1, (short) 1));
            topics.add(new NewTopic(QUEUE, 1, (short) 1).configs(Map.of()));
            for (var topic : topics) {
                for (var poison : Poison.kinds(log, topic)) {
                    var metadata = poison.send(log);
                    if (metadata != null) {
                        poisoned.put(topic.name() + "-0@" + metadata.offset(), poison);
                    }
                }
            }

            var expected = new TreeSet<String>();
            poisoned.forEach((origin, poison) ->
                    readers.getOrDefault(poison.topic(), Set.of())
                            .forEach(reader -> expected.add(origin + " by " + reader)));
            poisoned.forEach((origin, poison) -> {
                // To whoever works, the key of an item says nothing.
                if (poison.topic().equals(QUEUE) && !poison.isOfKey()) {
                    expected.add(origin + " by " + WorkTopics.group("echo"));
                }
            });
            assertThat(expected).hasSizeGreaterThan(110);
            await("each reader of a topic writes one dead letter for each poison")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(new TreeSet<>(names(log.deadLetters())))
                                    .isEqualTo(expected));
            var written = log.deadLetters();
            assertThat(names(written)).doesNotHaveDuplicates();
            assertThat(written)
                    .allSatisfy(letter ->
                            requireTrue(
                                    letter,
                                    Objects.requireNonNull(
                                            poisoned.get(header(letter, DeadLetters.ORIGIN)))));
            letters = expected;

            accepted(site, "after.txt", "Millstones are dressed with a bill.");
            awaitSearchable(site, "after.txt");
            requireAllElseWorks(site, log);
            for (var topic : Topics.events()) {
                requireShownAsUnreadable(site, topic, poisoned);
            }
            assertThat(site.anonymous("/health").statusCode()).isEqualTo(200);
            site.kill();
        }
        try (var site = SiteProcess.start(data, "--set", broker, "--set", ONE_PARTITION);
                var log = new PlainKafka("127.0.0.1:" + port)) {
            accepted(site, "restarted.txt", "An overshot wheel has buckets.");
            awaitSearchable(site, "restarted.txt");
            assertThat(new TreeSet<>(names(log.deadLetters()))).isEqualTo(letters);
        }
    }

    /// The readers once all have committed something: a group is none of a topic before.
    private static Map<String, Set<String>> settledReaders(Admin admin) {
        var topics =
                Topics.events().stream()
                        .filter(topic -> !topic.equals(Topics.RESULTS)) // nobody reads them yet
                        .filter(topic -> !topic.equals(Topics.AUDIT_EVENTS)) // read by people
                        .map(Topic::name)
                        .toList();
        var last = new AtomicReference<Map<String, Set<String>>>(Map.of());
        await("every reader has committed")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    var now = readers(admin);
                    return now.equals(last.getAndSet(now)) && now.keySet().containsAll(topics);
                });
        return last.get();
    }

    /// Who has committed an offset of a topic, or reads it without doing so.
    private static Map<String, Set<String>> readers(Admin admin) throws Exception {
        var readers = new TreeMap<String, Set<String>>();
        WITHOUT_GROUP.forEach((topic, reader) -> readers.put(topic, new HashSet<>(Set.of(reader))));
        var groups =
                admin.listGroups().all().get().stream()
                        .filter(group -> group.type().orElseThrow() != GroupType.SHARE)
                        .map(GroupListing::groupId)
                        .toList();
        for (var group : groups) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet()
                    .forEach(partition ->
                            readers.computeIfAbsent(partition.topic(), _ -> new HashSet<>())
                                    .add(group));
        }
        assertThat(groups)
                .contains(
                        "millrace-decide-v1",
                        "millrace-dispatch",
                        "millrace-documents",
                        "millrace-embedders",
                        "millrace-tails")
                .anyMatch(group -> group.startsWith("millrace-views"));
        return readers;
    }

    private static void requireTrue(ConsumerRecord<byte[], byte[]> letter, Poison poison) {
        assertThat(header(letter, DeadLetters.CODE)).isEqualTo("unreadable");
        assertThat(header(letter, DeadLetters.DETAIL))
                .as("%s in %s", poison.why(), poison.topic())
                .contains(poison.cause());
        assertThat(letter.key()).as(poison.why()).isEqualTo(poison.key());
        if (poison.bytes() > DeadLetters.MOST_WHOLE_BYTES) {
            assertThat(header(letter, DeadLetters.CUT)).contains("sha256");
            assertThat(poison.value()).as(poison.why()).startsWith(letter.value());
        } else {
            assertThat(letter.value()).as(poison.why()).isEqualTo(poison.value());
        }
    }

    /// A kind is registered, a task cancelled, another done that says how far it is, and a third
    /// one asked for without the gateway.
    private static void requireAllElseWorks(SiteProcess site, PlainKafka log) throws Exception {
        var tasks = new TaskApi(site);
        tasks.register("saw");
        var cancelled = tasks.submit("saw", Map.of(), Map.of());
        var answer = site.post("/v1/tasks/" + cancelled + "/cancel", Map.of());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        tasks.awaitState(cancelled, "cancelled");

        var echoed = tasks.submit("echo", Map.of("delay_ms", 1_500), Map.of());
        tasks.awaitState(echoed, "succeeded");
        await("its progress is shown")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        site.get("/v1/tasks/" + echoed + "/progress")
                                                .path("fraction")
                                                .asDouble())
                                .isEqualTo(1));

        log.send(Topics.TASK_REQUESTS, null, request(site), false);
        var asked =
                await("the request is admitted")
                        .ignoreException(IOException.class)
                        .atMost(PATIENCE)
                        .until(
                                () -> site.get("/v1/idempotency-keys/after").path("id").asText(),
                                id -> !id.isEmpty());
        tasks.awaitState(asked, "succeeded");
    }

    private static byte[] request(SiteProcess site) throws IOException {
        var registry = URI.create(SiteProcess.address(site.data(), Role.REGISTRY));
        return EchoRequest.bytes(registry, "after");
    }

    private static void requireShownAsUnreadable(
            SiteProcess site, Topic<?> topic, Map<String, Poison> poisoned) throws Exception {
        var shown = new TreeSet<String>();
        var after = "";
        for (boolean atEnd = false; !atEnd; ) {
            var page =
                    site.get(
                            "/v1/events?limit=100&topic="
                                    + topic.name()
                                    + (after.isEmpty()
                                            ? ""
                                            : "&after=" + URLEncoder.encode(after, UTF_8)));
            for (var item : page.path("items")) {
                if (item.path("type").asText().equals("dev.millrace.unreadable")) {
                    shown.add(
                            "%s-%d@%d"
                                    .formatted(
                                            item.path("topic").asText(),
                                            item.path("partition").asInt(),
                                            item.path("offset").asLong()));
                }
            }
            after = page.path("position").asText();
            atEnd = page.path("at_end").asBoolean();
        }
        var expected = new TreeSet<>(poisoned.keySet());
        expected.removeIf(origin -> !origin.startsWith(topic.name() + "-"));
        assertThat(shown).as(topic.name()).isEqualTo(expected);
    }

    private static List<String> names(List<ConsumerRecord<byte[], byte[]>> letters) {
        var names = new ArrayList<String>();
        letters.forEach(letter ->
                names.add(
                        header(letter, DeadLetters.ORIGIN)
                                + " by "
                                + header(letter, DeadLetters.CONSUMER)));
        return names;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    /// Work that says how far it is.
    private static void progress(SiteProcess site) {
        var task = Map.of("kind", "echo", "input", Map.of("delay_ms", 1_500));
        await("a task is accepted")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .until(() -> site.post("/v1/tasks", task).statusCode() == 202);
    }

    /// A 503 means: ask again.
    private static void accepted(SiteProcess site, String name, String text) {
        await(name + " is accepted")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    var answer = site.submit(name, Map.of("name", name, "text", text));
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                });
    }

    private static void awaitSearchable(SiteProcess site, String name) {
        await(name + " can be found")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        StreamSupport.stream(
                                                        site.get("/v1/views/documents")
                                                                .path("items")
                                                                .spliterator(),
                                                        false)
                                                .filter(row -> isNamed(row, name))
                                                .map(row -> row.path("state").asText()))
                                .containsExactly("searchable"));
    }

    private static boolean isNamed(JsonNode row, String name) {
        return row.path("name").asText().equals(name);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// One record that cannot be read, in partition 0 of its topic.
    ///
    /// @param compressed whether it is sent in a smaller form
    @SuppressWarnings("ArrayRecordComponent") // never compared: the test reads its parts
    private record Poison(
            String why,
            NewTopic into,
            byte @Nullable [] key,
            byte @Nullable [] value,
            boolean compressed) {

        static List<Poison> kinds(PlainKafka log, NewTopic topic) {
            var key = key(topic.name()).getBytes(UTF_8);
            var foreign =
                    log.firstValue(
                            topic.name().equals(Topics.TASK_EVENTS.name())
                                    ? Topics.DOCUMENTS.name()
                                    : Topics.TASK_EVENTS.name());
            var own = log.firstValue(topic.name());
            var sound = own.length == 0 ? foreign : own;
            return List.of(
                    new Poison("garbage", topic, key, "no Avro here".getBytes(UTF_8), false),
                    new Poison("unknown schema", topic, key, withSchema(foreign, 77_777), false),
                    new Poison("another topic's record", topic, key, foreign, false),
                    new Poison("no value", topic, key, null, false),
                    new Poison("an empty value", topic, key, new byte[0], false),
                    new Poison("no key", topic, null, sound, false),
                    new Poison("a number as key", topic, new byte[] {0, 0, 0, 7}, sound, false),
                    new Poison("as large as the topic takes", topic, key, large(1023), false),
                    new Poison("2 MiB, compressed", topic, key, large(2048), true),
                    new Poison("8 MiB, compressed", topic, key, large(8192), true));
        }

        String topic() {
            return into.name();
        }

        boolean isOfKey() {
            return why.equals("no key") || why.equals("a number as key");
        }

        /// What a letter has to say of it, among other things.
        String cause() {
            if (isOfKey() && !topic().equals(Topics.TASK_REQUESTS)) {
                return "key: ";
            }
            return switch (why) {
                case "no value" -> "none";
                case "an empty value" -> "0 bytes";
                case "unknown schema" -> "schema id: 77777";
                case "another topic's record", "no key", "a number as key" -> "could not read";
                default -> "magic byte";
            };
        }

        int bytes() {
            return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        }

        /// @return null if the broker refuses it: a compacted topic has no records without key
        @Nullable RecordMetadata send(PlainKafka log) throws Exception {
            var compacted = "compact".equals(into.configs().get("cleanup.policy"));
            if (compacted && key == null) {
                return null;
            }
            return log.send(topic(), key, value, compressed);
        }

        private static String key(String topic) {
            var id = "01900000-0000-7000-8000-000000000001";
            if (topic.equals(Topics.REGISTRY_STORE)) {
                return "{\"keytype\":\"SCHEMA\",\"subject\":\"poison\",\"version\":1,\"magic\":1}";
            }
            var known = Topics.byName(topic);
            return switch (known == null ? "" : known.key()) {
                case "chunk" -> id + "#0";
                case "kind" -> "poison";
                case "views" -> ViewEvent.KEY;
                default -> id;
            };
        }

        private static byte[] withSchema(byte[] value, int id) {
            var other = value.clone();
            ByteBuffer.wrap(other).putInt(1, id);
            return other;
        }

        private static byte[] large(int kib) {
            return "poison! ".repeat(kib * 128).getBytes(UTF_8);
        }
    }
}
