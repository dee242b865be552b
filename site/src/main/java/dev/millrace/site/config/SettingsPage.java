package dev.millrace.site.config;

/// The settings as a page for people: `docs/configuration.md`.
final class SettingsPage {

    private static final String INTRODUCTION =
            """
            # Configuration

            A site runs without any. To change a setting, write it into `millrace.properties` in the data folder
            (or into a file named with `--config`), or set the environment variable beside it, or give the flag of
            the command. Of these the later one wins. All faults are told at once, and nothing starts before they
            are gone; in the file and the flags a name that is not in this table is one, too.

            In Kubernetes, give the service another name than `millrace-gateway`, or set `enableServiceLinks: false`:
            Kubernetes would make a variable `MILLRACE_GATEWAY_PORT` of its own.

            <!-- Made from the settings' declaration: ./mvnw -pl site -am test -Dtest=SettingsPageTest \\
                 -Dsurefire.failIfNoSpecifiedTests=false -Dupdate=true -->

            | setting | environment | if not set | values | what it is |
            |---|---|---|---|---|
            """;

    private SettingsPage() {}

    static String markdown() {
        var page = new StringBuilder(INTRODUCTION);
        for (var setting : Settings.ALL) {
            page.append(
                    "| `%s` | `%s` | %s | %s | %s |\n"
                            .formatted(
                                    setting.name(),
                                    setting.variable(),
                                    setting.standard().isEmpty()
                                            ? "nothing"
                                            : "`" + setting.standard() + "`",
                                    setting.kind().expected(),
                                    setting.summary()));
        }
        return page.toString();
    }
}
