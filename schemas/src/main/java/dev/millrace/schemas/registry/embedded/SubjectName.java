package dev.millrace.schemas.registry.embedded;

/// A subject's name, and the context it is in.
///
/// A context is a registry of its own within this one: its ids, subjects and level are apart from
/// those of others. It is written `:.context:subject`; a plain name is in the context `.`.
///
/// @param context starts with a dot; `*` for any, in searches alone
/// @param name empty if the context itself is meant
record SubjectName(String context, String name) {

    static final String DEFAULT_CONTEXT = ".";

    private static final String ANY = "*";
    private static final String ANY_PREFIX = ":*:";
    private static final String CONTEXT_PREFIX = ":.";

    /// Reads what a client wrote; every text names something.
    static SubjectName parse(String text) {
        if (text.startsWith(ANY_PREFIX)) {
            return new SubjectName(ANY, text.substring(ANY_PREFIX.length()));
        }
        if (!text.startsWith(CONTEXT_PREFIX)) {
            return new SubjectName(DEFAULT_CONTEXT, text);
        }
        int end = text.indexOf(':', 1);
        return end < 0
                ? new SubjectName(text.substring(1), "")
                : new SubjectName(text.substring(1, end), text.substring(end + 1));
    }

    /// A context by the name that a path gives it: `.c`, `c` or `:.c:`.
    static SubjectName context(String text) {
        var bare = text.replace(":", "");
        return new SubjectName(bare.startsWith(".") ? bare : "." + bare, "");
    }

    /// The context that a subject is in, by its text.
    static String contextOf(String subject) {
        return parse(subject).context();
    }

    boolean isInDefault() {
        return context.equals(DEFAULT_CONTEXT);
    }

    boolean isContext() {
        return name.isEmpty();
    }

    /// This subject as seen from a context: there, a plain name is one of the context's own.
    SubjectName from(String viewpoint) {
        return isInDefault() ? new SubjectName(viewpoint, name) : this;
    }

    /// The text under which all of the context is configured; empty for the default one.
    String contextText() {
        return isInDefault() ? "" : ":" + context + ":";
    }

    /// Whether a subject's text starts with this, in this context.
    boolean isPrefixOf(String subject) {
        var other = parse(subject);
        return (context.equals(ANY) || context.equals(other.context()))
                && other.name().startsWith(name);
    }

    /// Whether it can be registered under.
    boolean isValid() {
        return !name.isBlank()
                && !context.equals(ANY)
                && toString().chars().noneMatch(Character::isISOControl);
    }

    /// The one text of this name; `:.:s` becomes `s`.
    @Override
    public String toString() {
        return contextText() + name;
    }
}
