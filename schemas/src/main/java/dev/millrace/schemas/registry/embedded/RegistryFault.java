package dev.millrace.schemas.registry.embedded;

import java.util.List;

/// A refusal in the words and codes of Confluent's REST API.
final class RegistryFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    private RegistryFault(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// The HTTP status.
    int status() {
        return status;
    }

    /// The `error_code`, more precise than the status.
    int code() {
        return code;
    }

    static RegistryFault http(int status, String message) {
        return new RegistryFault(status, status, message);
    }

    static RegistryFault noSubject(String subject) {
        return new RegistryFault(404, 40401, "Subject '" + subject + "' not found.");
    }

    static RegistryFault noVersion(String version) {
        return new RegistryFault(404, 40402, "Version " + version + " not found.");
    }

    static RegistryFault noSchema() {
        return new RegistryFault(404, 40403, "Schema not found");
    }

    static RegistryFault noId(int id) {
        return new RegistryFault(404, 40403, "Schema " + id + " not found");
    }

    static RegistryFault subjectHidden(String subject) {
        return new RegistryFault(
                404,
                40404,
                "Subject '"
                        + subject
                        + "' was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryFault subjectNotHidden(String subject) {
        return new RegistryFault(
                404,
                40405,
                "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }

    static RegistryFault versionHidden(String subject, int version) {
        return new RegistryFault(
                404,
                40406,
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject, version));
    }

    static RegistryFault versionNotHidden(String subject, int version) {
        return new RegistryFault(
                404,
                40407,
                "Subject '%s' Version %d was not deleted first before being permanently deleted"
                        .formatted(subject, version));
    }

    static RegistryFault noLevel(String subject) {
        return new RegistryFault(
                404,
                40408,
                "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static RegistryFault incompatible(String subject, List<String> faults) {
        return new RegistryFault(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
                        .formatted(subject, faults));
    }

    static RegistryFault invalidSchema(String why) {
        return new RegistryFault(422, 42201, why);
    }

    static RegistryFault invalidVersion(String version) {
        return new RegistryFault(
                422,
                42202,
                "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
                        .formatted(version));
    }

    static RegistryFault invalidLevel(String level) {
        return new RegistryFault(
                422,
                42203,
                "Invalid compatibility level: '%s' (expected: one of %s)"
                        .formatted(level, List.of(CompatibilityLevel.values())));
    }

    static RegistryFault notImporting(String subject) {
        return new RegistryFault(
                422, 42205, "Subject " + subject + " is not in import mode: ids are not chosen");
    }

    static RegistryFault referred(String subject, int version) {
        return new RegistryFault(
                422,
                42206,
                "One or more references exist to the schema of subject '%s' version %d."
                        .formatted(subject, version));
    }

    static RegistryFault invalidSubject(String why) {
        return new RegistryFault(422, 42208, why);
    }
}
