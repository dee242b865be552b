package dev.millrace.schemas.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/// A Schema Registry within one process, forgotten with it: for topologies under test.
///
/// Like the real one it gives equal schemas one id, and refuses a version that cannot read every
/// earlier one of its subject (BACKWARD_TRANSITIVE). It holds what was registered, without bound.
public final class InMemorySchemaStore implements SchemaStore {

    private final Map<Schema, Integer> ids = new HashMap<>();
    private final List<Schema> schemas = new ArrayList<>();
    private final Map<String, List<Schema>> subjects = new HashMap<>();

    @Override
    public synchronized int register(String subject, Schema schema) throws SchemaRejected {
        var versions = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
        if (!versions.contains(schema)) {
            for (var earlier : versions) {
                requireReads(subject, schema, earlier);
            }
            versions.add(schema);
        }
        return ids.computeIfAbsent(
                schema,
                _ -> {
                    schemas.add(schema);
                    return schemas.size();
                });
    }

    @Override
    public synchronized Schema byId(int id) throws SchemaNotFound {
        if (id < 1 || id > schemas.size()) {
            throw new SchemaNotFound(
                    "schema id: " + id + " (expected: 1.." + schemas.size() + ")", null);
        }
        return schemas.get(id - 1);
    }

    private static void requireReads(String subject, Schema reader, Schema writer)
            throws SchemaRejected {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        if (result.getCompatibility() != SchemaCompatibilityType.COMPATIBLE) {
            throw new SchemaRejected(
                    "subject " + subject + ": " + result.getIncompatibilities(), null);
        }
    }
}
