package dev.millrace.schemas.registry;

/// The registry refuses a schema, or knows none of that id: asking again will not help.
public final class SchemaRejected extends Exception {

    private static final long serialVersionUID = 1L;

    public SchemaRejected(String why) {
        super(why);
    }

    public SchemaRejected(String why, Throwable cause) {
        super(why, cause);
    }
}
