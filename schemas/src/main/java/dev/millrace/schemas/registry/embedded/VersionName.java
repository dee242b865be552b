package dev.millrace.schemas.registry.embedded;

import java.util.List;
import java.util.Optional;

/// How a request names a version: a number, or `latest`.
///
/// @param number 1 or more; [#LATEST_NUMBER] for the latest
record VersionName(int number) {

    private static final int LATEST_NUMBER = -1;

    /// Reads a path segment; Confluent's clients write `-1` for the latest.
    static VersionName parse(String segment) throws RegistryFault {
        if (segment.equals("latest")) {
            return new VersionName(LATEST_NUMBER);
        }
        try {
            int number = Integer.parseInt(segment);
            if (number >= 1 || number == LATEST_NUMBER) {
                return new VersionName(number);
            }
        } catch (NumberFormatException notOne) {
            throw RegistryFault.invalidVersion(segment);
        }
        throw RegistryFault.invalidVersion(segment);
    }

    boolean isLatest() {
        return number == LATEST_NUMBER;
    }

    /// The version of that name.
    ///
    /// @param versions oldest first
    Optional<SchemaVersion> in(List<SchemaVersion> versions) {
        return versions.reversed().stream()
                .filter(version -> isLatest() || version.version() == number)
                .findFirst();
    }

    @Override
    public String toString() {
        return isLatest() ? "latest" : Integer.toString(number);
    }
}
