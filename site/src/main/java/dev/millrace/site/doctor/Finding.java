package dev.millrace.site.doctor;

import java.util.Locale;

/// What was found of one thing.
///
/// @param subject what was looked at, for instance `disk`
/// @param detail what was found
/// @param advice what to do about it; empty if nothing need be done
public record Finding(String subject, Verdict verdict, String detail, String advice) {

    static Finding good(String subject, String detail) {
        return new Finding(subject, Verdict.OK, detail, "");
    }

    static Finding doubtful(String subject, String detail, String advice) {
        return new Finding(subject, Verdict.WARN, detail, advice);
    }

    static Finding bad(String subject, String detail, String advice) {
        return new Finding(subject, Verdict.FAIL, detail, advice);
    }

    /// How bad it is.
    public enum Verdict {
        /// As it should be.
        OK,
        /// The site runs, but not as well or as safely as it could.
        WARN,
        /// The site does not run, or not for long.
        FAIL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
