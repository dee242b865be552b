package dev.millrace.bench.site;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which part of a site a thread belongs to, by its name.
final class ThreadParts {

    static final String JIT = "jit";
    static final String OTHER = "other";

    /* The first that the name contains decides. */
    private static final Map<String, String> PARTS = parts();

    private ThreadParts() {}

    static String of(String thread) {
        return PARTS.entrySet().stream()
                .filter(part -> thread.contains(part.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OTHER);
    }

    private static Map<String, String> parts() {
        var parts = new LinkedHashMap<String, String>();
        parts.put("millrace-decide", "decide");
        parts.put("millrace-documents", "documents");
        parts.put("millrace-views", "views");
        parts.put("consumer_background_thread", "documents and views");
        parts.put("rocksdb", "stores");
        parts.put("millrace-gateway", "gateway");
        parts.put("gateway-", "gateway");
        parts.put("vert.x", "gateway");
        parts.put("schema-registry", "registry");
        parts.put("HTTP-Dispatcher", "registry");
        parts.put("ForkJoinPool-1", "virtual threads");
        parts.put("| work-", "workers");
        parts.put("work-millrace", "workers");
        parts.put("work-signals", "workers");
        parts.put("work-timers", "workers");
        parts.put("dispatch", "dispatch");
        parts.put("kind-", "kinds");
        parts.put("admission", "admission");
        parts.put("embedding-worker", "embedding worker");
        parts.put("embedder-site", "embedding worker");
        parts.put("embedder", "model");
        parts.put("tf_", "model");
        parts.put("indexing-", "index");
        parts.put("search-", "index");
        parts.put("Lucene", "index");
        parts.put("CompilerThre", JIT);
        parts.put("GC Thread", "gc");
        parts.put("VM Thread", "gc");
        for (var broker :
                new String[] {
                    "data-plane-kafka",
                    "kafka-",
                    "broker-",
                    "controller",
                    "coordinator",
                    "ExpirationReaper",
                    "Txn",
                    "transaction-log",
                    "executor-",
                    "raft",
                    "metrics-meter",
                    "share-"
                }) {
            parts.put(broker, "broker");
        }
        return parts;
    }
}
