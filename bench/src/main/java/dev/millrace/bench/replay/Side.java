package dev.millrace.bench.replay;

/// What reads the log, in the order of the report.
enum Side {
    BARE("bare consumer that decodes"),
    REPLAY("replay of `tasks`, in the same process"),
    SITE("replay of `tasks`, in the site");

    private final String text;

    Side(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
