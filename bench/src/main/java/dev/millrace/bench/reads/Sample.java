package dev.millrace.bench.reads;

import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;

/// What one side did.
///
/// @param most while a number of requests were always under way
/// @param cpuSeconds of the server, meanwhile
/// @param loadCpuSeconds of the process that sent the requests, meanwhile
/// @param calm latencies at a low rate, from when each request was due
/// @param calmFailed requests at that rate without a good answer
record Sample(
        ClosedLoop.Outcome most,
        double cpuSeconds,
        double loadCpuSeconds,
        Latencies calm,
        long calmFailed) {

    double requestsPerSecond() {
        return most.perSecond();
    }

    double cpuMicros() {
        return 1e6 * cpuSeconds / most.good();
    }

    long failed() {
        return most.failed() + calmFailed;
    }
}
