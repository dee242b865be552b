package dev.millrace.bench.ingest;

import java.util.List;
import java.util.Map;

/// What the site did in one round.
///
/// @param site its chunks, the seconds from the first submission until the index counted all of
///   them, and its CPU time meanwhile
/// @param textBytes of the documents, in UTF-8
/// @param submitSeconds until the last document was accepted
/// @param putOff how often the site answered 503, and was asked again a second later
/// @param loadCpuSeconds CPU time of the process that published and asked
/// @param cpuSecondsByPart of the site, the dearest first
/// @param progress how many chunks could be found when
record SiteRound(
        Rate site,
        int documents,
        long textBytes,
        double submitSeconds,
        int putOff,
        double loadCpuSeconds,
        double residentMiB,
        Map<String, Double> cpuSecondsByPart,
        List<Progress> progress) {

    SiteRound {
        progress = List.copyOf(progress);
    }

    record Progress(double seconds, long searchable) {}
}
