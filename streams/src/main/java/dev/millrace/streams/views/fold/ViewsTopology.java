package dev.millrace.streams.views.fold;

import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.runtime.ProcessorMeters;
import dev.millrace.streams.views.tally.TallySerde;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/// Folds the log into the stores of all views.
///
/// ```
/// task-events ──▶ fold-tasks (tasks, tasks-index, task-history, task-counts,
///                             tasks-activity, tasks-tallies, tasks-applied)
///
/// task-progress ──▶ fold-progress (task-progress, task-progress-applied)
///
/// documents ─────┐
/// embeddings ────┼──▶ fold-documents (documents, documents-index,
/// index-reports ─┘                    documents-activity, documents-tallies, documents-applied)
/// ```
///
/// Nothing is repartitioned: the three topics of the documents' fold put a document's records into
/// the same partition number, and what is counted over all partitions (`task-counts`, `throughput`,
/// `workers`, `usage`, `models`) is counted for each and added up when read. A document row is
/// listed only once it is accepted.
public final class ViewsTopology {

    public static final String TASKS = "tasks";
    public static final String TASKS_INDEX = "tasks-index";
    public static final String TASK_HISTORY = "task-history";
    public static final String TASK_COUNTS = "task-counts";
    public static final String TASKS_ACTIVITY = "tasks-activity";
    public static final String TASKS_TALLIES = "tasks-tallies";
    public static final String TASKS_APPLIED = "tasks-applied";
    public static final String DOCUMENTS = "documents";
    public static final String DOCUMENTS_INDEX = "documents-index";
    public static final String DOCUMENTS_ACTIVITY = "documents-activity";
    public static final String DOCUMENTS_TALLIES = "documents-tallies";
    public static final String DOCUMENTS_APPLIED = "documents-applied";

    public static final String TASK_PROGRESS = "task-progress";
    public static final String TASK_PROGRESS_APPLIED = "task-progress-applied";

    private static final String FOLD_TASKS = "fold-tasks";
    private static final String FOLD_DOCUMENTS = "fold-documents";
    private static final String FOLD_PROGRESS = "fold-progress";

    private static final Map<String, List<String>> APPLIED =
            Map.of(
                    TASKS_APPLIED,
                    List.of(Topics.TASK_EVENTS.name()),
                    TASK_PROGRESS_APPLIED,
                    List.of(Topics.TASK_PROGRESS.name()),
                    DOCUMENTS_APPLIED,
                    List.of(
                            Topics.DOCUMENTS.name(),
                            Topics.EMBEDDINGS.name(),
                            Topics.INDEX_REPORTS.name()));

    private static final List<String> STORES =
            List.of(
                    TASKS,
                    TASKS_INDEX,
                    TASK_HISTORY,
                    TASK_COUNTS,
                    TASKS_ACTIVITY,
                    TASKS_TALLIES,
                    TASKS_APPLIED,
                    DOCUMENTS,
                    DOCUMENTS_INDEX,
                    DOCUMENTS_ACTIVITY,
                    DOCUMENTS_TALLIES,
                    DOCUMENTS_APPLIED,
                    TASK_PROGRESS,
                    TASK_PROGRESS_APPLIED);

    /* Stores whose few keys are written over and over: their changelogs are kept short. */
    private static final Map<String, String> HOT_CHANGELOG =
            Map.of("segment.bytes", "8388608", "min.cleanable.dirty.ratio", "0.2");

    private final EventSerdes serdes;
    private final Arrivals arrivals;
    private final Function<String, KeyValueBytesStoreSupplier> storage;

    /// Keeps its stores on disk.
    ///
    /// @param arrivals told of each record once it is folded
    public ViewsTopology(EventSerdes serdes, Arrivals arrivals) {
        this(serdes, arrivals, Stores::persistentKeyValueStore);
    }

    /// Keeps its stores where it is told.
    ///
    /// @param arrivals told of each record once it is folded
    /// @param storage makes the store of a name
    public ViewsTopology(
            EventSerdes serdes,
            Arrivals arrivals,
            Function<String, KeyValueBytesStoreSupplier> storage) {
        this.serdes = serdes;
        this.arrivals = arrivals;
        this.storage = storage;
    }

    public Topology build(ProcessorMeters meters) {
        var topology = new Topology();
        read(topology, "task-events-in", Topics.TASK_EVENTS);
        foldTasks(topology, meters);
        read(topology, "documents-in", Topics.DOCUMENTS);
        read(topology, "embeddings-in", Topics.EMBEDDINGS);
        read(topology, "index-reports-in", Topics.INDEX_REPORTS);
        foldDocuments(topology, meters);
        read(topology, "task-progress-in", Topics.TASK_PROGRESS);
        foldProgress(topology, meters);
        return topology;
    }

    private void read(Topology topology, String name, Topic<?> topic) {
        topology.addSource(name, serdes.keysOf(topic), serdes.valuesOf(topic), topic.name());
    }

    private void foldTasks(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                        FOLD_TASKS,
                        meters.measured(
                                FOLD_TASKS, () -> new FoldProcessor(TASKS_APPLIED, arrivals)),
                        "task-events-in")
                .addStateStore(cold(TASKS), FOLD_TASKS)
                .addStateStore(cold(TASKS_INDEX), FOLD_TASKS)
                .addStateStore(cold(TASK_HISTORY), FOLD_TASKS)
                .addStateStore(hot(TASK_COUNTS), FOLD_TASKS)
                .addStateStore(hot(TASKS_ACTIVITY), FOLD_TASKS)
                .addStateStore(hot(TASKS_TALLIES), FOLD_TASKS)
                .addStateStore(
                        AppliedOffsets.builder(storage.apply(TASKS_APPLIED)).withCachingEnabled(),
                        FOLD_TASKS);
    }

    private void foldDocuments(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                        FOLD_DOCUMENTS,
                        meters.measured(
                                FOLD_DOCUMENTS,
                                () -> new FoldProcessor(DOCUMENTS_APPLIED, arrivals)),
                        "documents-in",
                        "embeddings-in",
                        "index-reports-in")
                .addStateStore(cold(DOCUMENTS).withCachingEnabled(), FOLD_DOCUMENTS)
                .addStateStore(cold(DOCUMENTS_INDEX), FOLD_DOCUMENTS)
                .addStateStore(hot(DOCUMENTS_ACTIVITY), FOLD_DOCUMENTS)
                .addStateStore(hot(DOCUMENTS_TALLIES), FOLD_DOCUMENTS)
                .addStateStore(
                        AppliedOffsets.builder(storage.apply(DOCUMENTS_APPLIED))
                                .withCachingEnabled(),
                        FOLD_DOCUMENTS);
    }

    private void foldProgress(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                        FOLD_PROGRESS,
                        meters.measured(
                                FOLD_PROGRESS,
                                () -> new FoldProcessor(TASK_PROGRESS_APPLIED, arrivals)),
                        "task-progress-in")
                .addStateStore(hot(TASK_PROGRESS), FOLD_PROGRESS)
                .addStateStore(
                        AppliedOffsets.builder(storage.apply(TASK_PROGRESS_APPLIED))
                                .withCachingEnabled(),
                        FOLD_PROGRESS);
    }

    /// The topic whose partitions a store has. The other topics of its fold are partitioned alike.
    ///
    /// @throws IllegalArgumentException if there is no such store
    public static String source(String store) {
        return switch (store) {
            case TASKS,
                    TASKS_INDEX,
                    TASK_HISTORY,
                    TASK_COUNTS,
                    TASKS_ACTIVITY,
                    TASKS_TALLIES,
                    TASKS_APPLIED ->
                    Topics.TASK_EVENTS.name();
            case DOCUMENTS,
                    DOCUMENTS_INDEX,
                    DOCUMENTS_ACTIVITY,
                    DOCUMENTS_TALLIES,
                    DOCUMENTS_APPLIED ->
                    Topics.DOCUMENTS.name();
            case TASK_PROGRESS, TASK_PROGRESS_APPLIED -> Topics.TASK_PROGRESS.name();
            default ->
                    throw new IllegalArgumentException(
                            "store: " + store + " (expected: a store of the views)");
        };
    }

    /// The stores of a fold.
    ///
    /// @param applied its store of applied offsets, which is one of them
    public static List<String> stores(String applied) {
        var source = source(applied);
        return STORES.stream().filter(store -> source(store).equals(source)).toList();
    }

    /// The fold that a store belongs to, by its store of applied offsets.
    ///
    /// @throws IllegalArgumentException if there is no such store
    public static String fold(String store) {
        var source = source(store);
        return APPLIED.keySet().stream()
                .filter(applied -> source(applied).equals(source))
                .findFirst()
                .orElseThrow();
    }

    /// The folds there are, each by its store of applied offsets.
    public static Set<String> folds() {
        return APPLIED.keySet();
    }

    /// The topics that a store of applied offsets is about.
    public static List<String> topics(String applied) {
        return APPLIED.getOrDefault(applied, List.of());
    }

    /// The store that says how far a topic is folded; null if no view is made of it.
    public static @Nullable String applied(String topic) {
        return APPLIED.entrySet().stream()
                .filter(fold -> fold.getValue().contains(topic))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /// How a store keeps its values.
    ///
    /// @param <V> the type of its values, as this topology declares it
    /// @throws IllegalArgumentException if there is no such store
    @SuppressWarnings("unchecked") // who asks for a store knows what is in it
    public static <V> Serde<V> values(String store) {
        var serde =
                switch (store) {
                    case TASKS -> Json.serde(TaskRow.class);
                    case TASK_HISTORY -> Json.serde(HistoryItem.class);
                    case DOCUMENTS -> Json.serde(Document.class);
                    case TASK_PROGRESS -> Json.serde(ProgressRow.class);
                    case TASKS_ACTIVITY, DOCUMENTS_ACTIVITY -> Json.serde(Activity.class);
                    case TASKS_TALLIES, DOCUMENTS_TALLIES -> TallySerde.serde();
                    case TASKS_INDEX, DOCUMENTS_INDEX -> Serdes.String();
                    case TASK_COUNTS, TASKS_APPLIED, DOCUMENTS_APPLIED, TASK_PROGRESS_APPLIED ->
                            Serdes.Long();
                    default ->
                            throw new IllegalArgumentException(
                                    "store: " + store + " (expected: a store of the views)");
                };
        return (Serde<V>) serde;
    }

    private StoreBuilder<KeyValueStore<String, Object>> cold(String name) {
        return Stores.keyValueStoreBuilder(storage.apply(name), Serdes.String(), values(name));
    }

    private StoreBuilder<KeyValueStore<String, Object>> hot(String name) {
        return cold(name).withCachingEnabled().withLoggingEnabled(HOT_CHANGELOG);
    }
}
