package dev.millrace.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/topics.md` is the catalogue for people; with `-Dupdate=true` this test writes it.
class TopicsDocumentTest {

    private static final Path DOCUMENT = Path.of("../docs/topics.md");

    private static final String HEAD =
            """
            # Topics

            Every topic of a site. This page is generated from the catalogue in `schemas`
            (`dev.millrace.schemas.topic.Topics`), from which the topics are created.

            Values of the topics in the first table are Avro in Confluent's wire format; each record is an
            envelope around one message. A record's partition follows from its key, for chunks from the
            document's part of it, so a document's records have one partition number in all topics.
            Partition counts are fixed when a site is created.

            | topic | key | holds | written by | kept | audited | timestamp |
            |---|---|---|---|---|---|---|
            """;

    private static final String TAIL =
            """

            | topic | key | holds | kept |
            |---|---|---|---|
            | `%s` | any text, or none | what programs ask for [without the gateway](kafka-clients.md); written by anybody | 7 days |
            | `%s` | as it was | records that could not be read: their bytes, cause and origin | for ever |
            | `%s` | fingerprint | every writer schema in use, as JSON | the last of each key |
            | `%s` | as Confluent's | the embedded registry's own store, one partition | the last of each key |
            """
                    .formatted(
                            Topics.TASK_REQUESTS,
                            Topics.DEAD_LETTERS,
                            Topics.SCHEMAS,
                            Topics.REGISTRY_STORE);

    @Test
    void theDocumentSaysWhatTheCatalogueSays() throws IOException {
        var page = new StringBuilder(HEAD);
        Topics.events().forEach(topic -> page.append(row(topic)));
        page.append(row(WorkTopics.of("<kind>", Priority.HIGH)));
        page.append(row(WorkTopics.of("<kind>", Priority.NORMAL)));
        page.append(row(WorkTopics.of("<kind>", Priority.LOW)));
        page.append(TAIL);
        if (Boolean.getBoolean("update")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, page);
        }

        assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
                .as(
                        "docs/topics.md; to write it anew: ./mvnw -pl schemas -am test"
                                + " -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dtest=TopicsDocumentTest -Dupdate=true")
                .isEqualTo(page.toString());
    }

    private static String row(Topic<?> topic) {
        return "| `%s` | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        topic.name(),
                        topic.key(),
                        topic.summary(),
                        topic.writers().stream()
                                .map(Writer::wireName)
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        kept(topic),
                        topic.audited() ? "yes" : "no",
                        topic.logAppendTime() ? "broker's" : "writer's");
    }

    private static String kept(Topic<?> topic) {
        var retention = topic.retention();
        if (topic.cleanup() == Cleanup.COMPACT) {
            return "the last of each key";
        }
        return retention == null
                ? "for ever"
                : retention.toDays() + (retention.toDays() == 1 ? " day" : " days");
    }
}
