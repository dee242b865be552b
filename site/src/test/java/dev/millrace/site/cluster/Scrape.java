package dev.millrace.site.cluster;

import java.util.List;

/// What a process answered to `/metrics`, line by line.
///
/// @param lines in Prometheus' text format, without comments
record Scrape(List<String> lines) {

    static Scrape of(String text) {
        return new Scrape(text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /// Whether there is a meter, whatever it says.
    ///
    /// @param meter how its line begins
    boolean has(String meter) {
        return lines.stream().anyMatch(line -> line.startsWith(meter));
    }

    /// The sum of a meter over all its labels.
    ///
    /// @param meter its name, or its name and labels as far as they matter: `name{label="x"`
    /// @return 0 if there is none
    double sum(String meter) {
        return lines.stream()
                .filter(line -> line.startsWith(meter))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
