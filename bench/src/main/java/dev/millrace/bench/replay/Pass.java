package dev.millrace.bench.replay;

/// One time through the log.
///
/// @param records that were read
/// @param cpuSeconds of the process that read them; of a replay within a site all of the site's
record Pass(long records, double seconds, double cpuSeconds) {

    double perSecond() {
        return records / seconds;
    }

    double cpuMicros() {
        return 1e6 * cpuSeconds / records;
    }
}
