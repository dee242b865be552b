package dev.millrace.schemas.codec;

import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.record.ContentInlineRecord;
import dev.millrace.schemas.record.ContentStoredRecord;
import dev.millrace.schemas.record.DependencyResultRecord;
import dev.millrace.schemas.record.FailureRecord;
import dev.millrace.schemas.record.LabelsRecord;
import dev.millrace.schemas.record.PassageRecord;
import dev.millrace.schemas.record.SealedRecord;
import dev.millrace.schemas.record.Sha256;
import dev.millrace.schemas.record.TermsRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// Translates the records that several topics share.
final class SharedCodec {

    private SharedCodec() {}

    static SpecificRecord record(Content content) {
        return switch (content) {
            case Content.Inline(var text) -> new ContentInlineRecord(text);
            case Content.Stored(var digest, var size) ->
                    new ContentStoredRecord(record(digest), size);
        };
    }

    static @Nullable SpecificRecord recordOrNull(@Nullable Content content) {
        return content == null ? null : record(content);
    }

    static @Nullable Content contentOrNull(@Nullable Object branch) {
        return branch == null ? null : content(branch);
    }

    static Content content(Object branch) {
        return switch (branch) {
            case ContentInlineRecord inline -> new Content.Inline(inline.getText());
            case ContentStoredRecord stored ->
                    new Content.Stored(digest(stored.getDigest()), stored.getSize());
            default -> throw PayloadCodec.foreign(branch);
        };
    }

    static Sha256 record(Digest digest) {
        return new Sha256(digest.toArray());
    }

    static Digest digest(Sha256 record) {
        return new Digest(HexFormat.of().formatHex(record.bytes()));
    }

    static LabelsRecord record(Labels labels) {
        return new LabelsRecord(labels.sensitivity().wireName(), List.copyOf(labels.tags()));
    }

    static Labels labels(LabelsRecord record) {
        return Labels.of(Sensitivity.ofWireName(record.getSensitivity()), record.getTags());
    }

    static FailureRecord record(Failure failure) {
        return new FailureRecord(failure.code(), failure.detail());
    }

    static Failure failure(FailureRecord record) {
        return new Failure(record.getCode(), record.getDetail());
    }

    static TermsRecord record(Terms terms) {
        var retries = terms.retries();
        var parent = terms.parent();
        var rerunOf = terms.rerunOf();
        var timeout = terms.timeout();
        return new TermsRecord(
                terms.priority().wireName(),
                terms.notBefore(),
                terms.deadline(),
                retries.mostAttempts(),
                retries.first().toMillis(),
                retries.longest().toMillis(),
                retries.finalCodes().stream().sorted().toList(),
                parent == null ? null : parent.value(),
                terms.onFailedDependency().wireName(),
                rerunOf == null ? null : rerunOf.value(),
                timeout == null ? null : timeout.toMillis());
    }

    static Terms terms(TermsRecord record) {
        var parent = record.getParent();
        var rerunOf = record.getRerunOf();
        var timeout = record.getTimeoutMs();
        return new Terms(
                Priority.ofWireName(record.getPriority()),
                record.getNotBefore(),
                record.getDeadline(),
                new Retries(
                        record.getMaxAttempts(),
                        Duration.ofMillis(record.getFirstWaitMs()),
                        Duration.ofMillis(record.getLongestWaitMs()),
                        Set.copyOf(record.getFinalCodes())),
                parent == null ? null : new TaskId(parent),
                DependencyPolicy.ofWireName(record.getOnFailedDependency()),
                rerunOf == null ? null : new TaskId(rerunOf),
                timeout == null ? null : Duration.ofMillis(timeout));
    }

    static List<DependencyResultRecord> records(DependencyResults results) {
        return results.each().stream()
                .map(result ->
                        new DependencyResultRecord(
                                result.task().value(),
                                result.end().wireName(),
                                recordOrNull(result.output())))
                .toList();
    }

    static DependencyResults dependencies(
            List<DependencyResultRecord> records, boolean isComplete) {
        return new DependencyResults(
                records.stream()
                        .map(record ->
                                new DependencyResult(
                                        new TaskId(record.getTask()),
                                        stage(record.getEnd()),
                                        contentOrNull(record.getOutput())))
                        .toList(),
                isComplete);
    }

    static List<UUID> uuids(List<TaskId> tasks) {
        return tasks.stream().map(TaskId::value).toList();
    }

    static List<TaskId> tasks(List<UUID> uuids) {
        return uuids.stream().map(TaskId::new).toList();
    }

    static TaskState.Stage stage(String wireName) {
        return TaskState.Stage.valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    static PassageRecord record(Passage passage) {
        return new PassageRecord(passage.name(), passage.start(), passage.end(), passage.text());
    }

    static Passage passage(PassageRecord record) {
        return new Passage(record.getName(), record.getStart(), record.getEnd(), record.getText());
    }

    static SealedRecord record(Payload.Sealed<?> sealed) {
        return new SealedRecord(
                sealed.keyId(),
                sealed.algorithm(),
                ByteBuffer.wrap(sealed.nonce().toArray()),
                ByteBuffer.wrap(sealed.ciphertext().toArray()));
    }

    static <P extends Message> Payload.Sealed<P> sealed(SealedRecord record) {
        return new Payload.Sealed<>(
                record.getKeyId(),
                record.getAlgorithm(),
                bytes(record.getNonce()),
                bytes(record.getCiphertext()));
    }

    private static Bytes bytes(ByteBuffer buffer) {
        var content = new byte[buffer.remaining()];
        buffer.duplicate().get(content);
        return Bytes.copyOf(content);
    }
}
