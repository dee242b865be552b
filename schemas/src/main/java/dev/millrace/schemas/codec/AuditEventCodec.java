package dev.millrace.schemas.codec;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.event.Digest;
import dev.millrace.schemas.record.AuditEventRecord;
import dev.millrace.schemas.record.HistoryDifferedRecord;
import dev.millrace.schemas.record.HistoryRecoveredRecord;
import dev.millrace.schemas.record.Sha256;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// `audit-event.avsc`.
final class AuditEventCodec implements PayloadCodec<AuditEvent> {

    @Override
    public Class<AuditEvent> vocabulary() {
        return AuditEvent.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new AuditEventRecord();
    }

    @Override
    public SpecificRecord toRecord(AuditEvent message) {
        return switch (message) {
            case AuditEvent.Differed(var difference) -> record(difference);
            case AuditEvent.Recovered recovered -> record(recovered);
        };
    }

    @Override
    public AuditEvent toMessage(Object branch) {
        return switch (branch) {
            case HistoryDifferedRecord differed -> new AuditEvent.Differed(difference(differed));
            case HistoryRecoveredRecord recovered ->
                    new AuditEvent.Recovered(
                            recovered.getTopic(),
                            recovered.getPartition(),
                            recovered.getEpoch(),
                            recovered.getFormerSize(),
                            recovered.getKept(),
                            recovered.getFormerEnd(),
                            recovered.getAt(),
                            recovered.getReason());
            default -> throw PayloadCodec.foreign(branch);
        };
    }

    private static HistoryDifferedRecord record(Difference difference) {
        return new HistoryDifferedRecord(
                difference.topic(),
                difference.partition(),
                difference.offset(),
                difference.kind().wireName(),
                recordOrNull(difference.expected()),
                recordOrNull(difference.found()));
    }

    private static HistoryRecoveredRecord record(AuditEvent.Recovered recovered) {
        return new HistoryRecoveredRecord(
                recovered.topic(),
                recovered.partition(),
                recovered.epoch(),
                recovered.formerSize(),
                recovered.kept(),
                recovered.formerEnd(),
                recovered.at(),
                recovered.reason());
    }

    private static Difference difference(HistoryDifferedRecord record) {
        return new Difference(
                record.getTopic(),
                record.getPartition(),
                record.getOffset(),
                Difference.Kind.ofWireName(record.getKind()),
                digestOrNull(record.getExpected()),
                digestOrNull(record.getFound()));
    }

    private static @Nullable Sha256 recordOrNull(@Nullable Digest digest) {
        return digest == null ? null : SharedCodec.record(digest);
    }

    private static @Nullable Digest digestOrNull(@Nullable Sha256 record) {
        return record == null ? null : SharedCodec.digest(record);
    }
}
