package dev.millrace.bench.submit;

import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.site.ProcessCost;
import java.io.IOException;
import java.time.Duration;

/// What one side took in while a number of requests were always under way.
///
/// @param perRequest records in each request
/// @param seconds from the first request to the last answer
/// @param good requests of which all records were taken
/// @param failed all others
/// @param cpuSeconds of all processes of the side, until nothing was left to be done
/// @param loadCpuSeconds of the process that sent the requests, meanwhile
/// @param residentMiB of all processes of the side, afterwards
/// @param latencies of the good requests
record Sample(
        int perRequest,
        int inFlight,
        double seconds,
        int good,
        int failed,
        double cpuSeconds,
        double loadCpuSeconds,
        double residentMiB,
        Latencies latencies) {

    double requestsPerSecond() {
        return good / seconds;
    }

    double recordsPerSecond() {
        return perRequest * requestsPerSecond();
    }

    double requestsPerCpuSecond() {
        return good / cpuSeconds;
    }

    /// Measures.
    ///
    /// @param first the number of the first record
    static Sample of(Intake intake, int perRequest, int inFlight, int seconds, int first)
            throws IOException, InterruptedException {
        double cpuBefore = intake.cpuSeconds();
        double loadBefore = ownCpuSeconds();
        var done =
                ClosedLoop.run(
                        Duration.ofSeconds(seconds),
                        inFlight,
                        0,
                        request -> intake.send(first + request * perRequest, perRequest));
        double load = ownCpuSeconds() - loadBefore;
        intake.settle();
        return new Sample(
                perRequest,
                inFlight,
                done.seconds(),
                done.good(),
                done.failed(),
                intake.cpuSeconds() - cpuBefore,
                load,
                intake.residentMiB(),
                done.latencies());
    }

    private static double ownCpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(ProcessHandle.current().pid());
    }

    /// The number after those of all records that were sent.
    int next(int first) {
        return first + perRequest * (good + failed);
    }
}
