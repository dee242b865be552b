package dev.millrace.streams.views.generation;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.views.RunningViews;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/// What all instances of each generation have folded of a log with one partition, and what Kafka
/// has of them. An instance is ready once its generation has folded anything.
final class FakeGroup implements Remains {

    private final Map<Integer, Long> folded = new TreeMap<>();
    private final Map<Integer, Set<Instance>> members = new TreeMap<>();
    final Set<Integer> left = new HashSet<>();

    /// One generation in one process.
    final class Instance implements RunningViews {
        final int generation;
        boolean isPaused;
        boolean isClosed;
        final List<CompletableFuture<Views.ViewRow>> reads = new ArrayList<>();

        Instance(int generation) {
            this.generation = generation;
            start();
        }

        @Override
        public void start() {
            left.add(generation);
            members.computeIfAbsent(generation, _ -> new HashSet<>()).add(this);
        }

        @Override
        public Views views() {
            return new Views() {
                @Override
                public List<ViewDescription> describe() {
                    return List.of();
                }

                @Override
                public CompletionStage<ViewPage> list(ViewQuery query) {
                    return CompletableFuture.failedStage(new AssertionError("not asked"));
                }

                @Override
                public CompletionStage<ViewRow> get(RowQuery query) {
                    if (isClosed || !isReady()) {
                        return CompletableFuture.failedStage(
                                new ViewUnavailable(query.view(), "closed"));
                    }
                    if (query.key().equals("slow")) {
                        var read = new CompletableFuture<ViewRow>();
                        reads.add(read);
                        return read;
                    }
                    return CompletableFuture.completedStage(
                            new ViewRow(query.key(), "" + generation, position()));
                }
            };
        }

        @Override
        public HttpHandler storesHandler() {
            return exchange -> exchange.sendResponseHeaders(200 + generation, -1);
        }

        @Override
        public HttpHandler arrivalsHandler() {
            return storesHandler();
        }

        @Override
        public boolean isReady() {
            return folded.containsKey(generation);
        }

        @Override
        public Position position() {
            var offset = folded.get(generation);
            if (offset == null || isClosed) {
                throw new InvalidStateStoreException("not yet");
            }
            return Position.at("log", 0, offset);
        }

        @Override
        public int partitionsHere() {
            return 1;
        }

        @Override
        public void pause() {
            isPaused = true;
        }

        @Override
        public void resume() {
            isPaused = false;
        }

        @Override
        public String state() {
            return "RUNNING";
        }

        @Override
        public void close() {
            isClosed = true;
            members.getOrDefault(generation, Set.of()).remove(this);
        }
    }

    /// A generation has come so far.
    void folds(int generation, long offset) {
        folded.put(generation, offset);
    }

    long folded(int generation) {
        return folded.getOrDefault(generation, -1L);
    }

    @Override
    public Set<Integer> find() {
        return Set.copyOf(left);
    }

    @Override
    public void delete(int generation) throws IOException {
        if (!members.getOrDefault(generation, Set.of()).isEmpty()) {
            throw new IOException(generation + " has members");
        }
        left.remove(generation);
        folded.remove(generation);
    }
}
