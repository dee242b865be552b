package dev.millrace.bench.reads;

/// What is read from whom, in the order of the report.
enum Side {
    SITE_ROW("gateway", "a task", true),
    BARE_ROW("bare route", "a task", false),
    SITE_KNOWN("gateway", "a task, known already (304)", true),
    SITE_PAGE("gateway", "a page of tasks", true),
    BARE_PAGE("bare route", "a page of tasks", false);

    private final String server;
    private final String what;
    private final boolean isSite;

    Side(String server, String what, boolean isSite) {
        this.server = server;
        this.what = what;
        this.isSite = isSite;
    }

    /// Who answers.
    String server() {
        return server;
    }

    String what() {
        return what;
    }

    boolean isSite() {
        return isSite;
    }
}
