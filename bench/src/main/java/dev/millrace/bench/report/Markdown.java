package dev.millrace.bench.report;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/// The summary of a report: first when, of which commit, by which command and where it was
/// measured, then the lines that are added.
public final class Markdown {

    private final StringBuilder text = new StringBuilder();

    /// @param command as it was typed
    public Markdown(String command, Machine machine) {
        line("%s, commit `%s`: `%s`", machine.time(), machine.commit(), command);
        line("");
        line("%s.", machine.line());
    }

    /// Adds a line, formatted as [String#format] does in no language.
    @FormatMethod
    public void line(@FormatString String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
