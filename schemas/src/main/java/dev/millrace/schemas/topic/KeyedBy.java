package dev.millrace.schemas.topic;

/// Which part of a record's key chooses its partition.
public enum KeyedBy {
    /// All of it, as Kafka's own partitioner does.
    KEY,
    /// What stands before `#` in a chunk's key: its document. So a document's records share one
    /// partition number in every topic.
    DOCUMENT;

    /// The part of `key` that chooses.
    String partOf(String key) {
        return switch (this) {
            case KEY -> key;
            case DOCUMENT -> {
                int hash = key.indexOf('#');
                yield hash < 0 ? key : key.substring(0, hash);
            }
        };
    }
}
