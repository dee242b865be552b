package dev.millrace.schemas.codec;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.record.IndexCommittedRecord;
import dev.millrace.schemas.record.IndexReportRecord;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/// `index-report.avsc`.
final class IndexReportCodec implements PayloadCodec<IndexReport> {

    @Override
    public Class<IndexReport> vocabulary() {
        return IndexReport.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new IndexReportRecord();
    }

    @Override
    public SpecificRecord toRecord(IndexReport message) {
        return new IndexCommittedRecord(
                message.document().value(),
                message.index(),
                message.searchable(),
                message.applied().offsets());
    }

    @Override
    public IndexReport toMessage(Object branch) {
        return switch (branch) {
            case IndexCommittedRecord committed ->
                    new IndexReport(
                            new DocumentId(committed.getDocument()),
                            committed.getIndex(),
                            committed.getSearchable(),
                            new Position(new TreeMap<>(committed.getApplied())));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
