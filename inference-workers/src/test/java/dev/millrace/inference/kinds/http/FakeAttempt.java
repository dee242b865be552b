package dev.millrace.inference.kinds.http;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.task.TaskId;
import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.Dependency;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The first attempt of a task that nobody else asks about.
public record FakeAttempt() implements Attempt {

    private static final TaskId TASK =
            new TaskId(UUID.fromString("019abcde-0000-7000-8000-000000000001"));

    @Override
    public TaskId task() {
        return TASK;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public int mostAttempts() {
        return 1;
    }

    @Override
    public @Nullable Instant deadline() {
        return null;
    }

    @Override
    public Instant endsBy() {
        return Instant.MAX;
    }

    @Override
    public List<Dependency> dependencies() {
        return List.of();
    }

    @Override
    public boolean dependenciesAreComplete() {
        return true;
    }

    @Override
    public void progress(double fraction, String note) {}

    @Override
    public boolean isWithdrawn() {
        return false;
    }

    @Override
    public BlobStore blobs() {
        throw new IllegalStateException("calls use no blobs");
    }
}
