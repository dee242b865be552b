package dev.millrace.bench.ingest;

import dev.millrace.bench.text.Corpus;
import dev.millrace.bench.text.Text;
import java.util.List;

/// What each round takes in.
///
/// @param documents measured
/// @param warmUp taken in before that, unmeasured
/// @param inFlight submissions under way at once
record Workload(long seed, int documents, int warmUp, int inFlight) {

    /// The texts before the measured ones.
    List<Text> warmUpTexts() {
        return new Corpus(seed).texts(0, warmUp);
    }

    List<Text> texts() {
        return new Corpus(seed).texts(warmUp, documents);
    }
}
