package dev.millrace.bench.ingest;

/// How fast one thing alone went through a round's chunks.
///
/// @param cpuSeconds of the whole process, for these chunks
record Rate(long chunks, double seconds, double cpuSeconds) {

    double chunksPerSecond() {
        return chunks / seconds;
    }

    double cpuPerThousand() {
        return 1_000 * cpuSeconds / chunks;
    }
}
