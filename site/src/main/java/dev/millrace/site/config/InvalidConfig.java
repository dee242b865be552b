package dev.millrace.site.config;

import java.util.List;

/// The configuration is not one. The message lists every fault, one a line.
public final class InvalidConfig extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    InvalidConfig(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /// For people: `gateway.port: 70000 (expected: 0..65535), set by the flags`.
    public List<String> faults() {
        return faults;
    }
}
