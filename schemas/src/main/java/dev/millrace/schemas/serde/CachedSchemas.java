package dev.millrace.schemas.serde;

import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.SchemaStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/// What a registry said, remembered: its answers never change.
///
/// Holds at most [#MAX_SCHEMAS] schemas, far more than a site has; when full it forgets them all
/// and asks again. Safe for use by many threads; two may ask for the same thing at once.
final class CachedSchemas {

    static final int MAX_SCHEMAS = 1_000;

    private final SchemaStore store;
    private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();

    CachedSchemas(SchemaStore store) {
        this.store = store;
    }

    /// Registers the one schema this process writes under a subject.
    int register(String subject, Schema schema) throws SchemaRejected, RegistryUnavailable {
        var known = ids.get(subject);
        if (known != null) {
            return known;
        }
        int id = store.register(subject, schema);
        ids.put(subject, id);
        return id;
    }

    /// The id of the one schema this process writes under a subject.
    int id(String subject, Schema schema) {
        try {
            return register(subject, schema);
        } catch (SchemaRejected rejected) {
            throw new SerializationException(subject + ": schema rejected", rejected);
        } catch (RegistryUnavailable unavailable) {
            throw new SchemaUnreachable(subject + ": registry unavailable", unavailable);
        }
    }

    /// The schema with an id.
    Schema byId(int id) {
        var known = byId.get(id);
        if (known != null) {
            return known;
        }
        try {
            var found = store.byId(id);
            if (byId.size() >= MAX_SCHEMAS) {
                byId.clear();
            }
            byId.put(id, found);
            return found;
        } catch (SchemaNotFound unknown) {
            throw new SerializationException("schema id: " + id + " (expected: known)", unknown);
        } catch (RegistryUnavailable unavailable) {
            throw new SchemaUnreachable("schema id " + id + ": registry unavailable", unavailable);
        }
    }
}
