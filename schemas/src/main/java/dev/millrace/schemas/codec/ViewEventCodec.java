package dev.millrace.schemas.codec;

import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.record.ViewEventRecord;
import dev.millrace.schemas.record.ViewRebuildCancelledRecord;
import dev.millrace.schemas.record.ViewRebuildRequestedRecord;
import dev.millrace.schemas.record.ViewSwitchedRecord;
import org.apache.avro.specific.SpecificRecord;

/// `view-event.avsc`.
final class ViewEventCodec implements PayloadCodec<ViewEvent> {

    @Override
    public Class<ViewEvent> vocabulary() {
        return ViewEvent.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new ViewEventRecord();
    }

    @Override
    public SpecificRecord toRecord(ViewEvent message) {
        return switch (message) {
            case ViewEvent.RebuildRequested(var generation) ->
                    new ViewRebuildRequestedRecord(generation);
            case ViewEvent.Switched(var generation) -> new ViewSwitchedRecord(generation);
            case ViewEvent.RebuildCancelled(var generation) ->
                    new ViewRebuildCancelledRecord(generation);
        };
    }

    @Override
    public ViewEvent toMessage(Object branch) {
        return switch (branch) {
            case ViewRebuildRequestedRecord requested ->
                    new ViewEvent.RebuildRequested(requested.getGeneration());
            case ViewSwitchedRecord switched -> new ViewEvent.Switched(switched.getGeneration());
            case ViewRebuildCancelledRecord cancelled ->
                    new ViewEvent.RebuildCancelled(cancelled.getGeneration());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
