package dev.millrace.bench.submit;

/// What is measured, in the order of the report.
enum Side {
    SITE("site, to be done in a year"),
    SITE_AND_WORK("site, done at once"),
    BRIDGE("Strimzi's bridge"),
    SITE_BATCHES("site, to be done in a year"),
    BRIDGE_BATCHES("Strimzi's bridge"),
    PRODUCER("bare producer, as many under way"),
    PRODUCER_AT_MOST("bare producer, at most");

    private final String text;

    Side(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
