package dev.millrace.streams.documents;

import dev.millrace.streams.runtime.Absence;
import java.io.IOException;
import java.io.Serial;

/// The blob store fails and goes on failing: the record at hand cannot be processed now.
///
/// It ends the stream thread before anything of the record is committed, so that the thread that
/// replaces it reads the record again.
final class BlobsUnavailable extends RuntimeException implements Absence {

    @Serial private static final long serialVersionUID = 1;

    BlobsUnavailable(IOException fault) {
        super("the blob store cannot be read or written just now", fault);
    }

    @Override
    public String absent() {
        return "the blob store";
    }
}
