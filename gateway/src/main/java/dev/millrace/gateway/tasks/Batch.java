package dev.millrace.gateway.tasks;

import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The tasks of one request, which may wait for each other: an item that has a `ref` can be named
/// in the `after` of others. Confined to the thread that makes it.
final class Batch {

    private final List<Item> items;
    private final Map<String, Item> byRef = new HashMap<>();
    private final Map<Item, TaskId> ids = new HashMap<>();
    private final Set<Item> inCycles = new LinkedHashSet<>();
    private final int[] groups;
    private final Map<Integer, TaskId> firstOfGroup = new HashMap<>();
    private final List<Item> order;

    private Batch(List<Item> items) {
        this.items = items;
        for (var item : items) {
            var ref = item.ref();
            if (ref != null) {
                byRef.putIfAbsent(ref, item);
            }
        }
        this.groups = IntStream.range(0, items.size()).toArray();
        this.order = sorted();
        order.forEach(item -> waitedForBy(item).forEach(other -> link(item, other)));
    }

    static Batch of(JsonArray tasks) {
        var items = new ArrayList<Item>();
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.getJsonObject(i);
            items.add(new Item(i, task, TaskRequest.after(task)));
        }
        return new Batch(items);
    }

    /// As they were sent.
    List<Item> items() {
        return items;
    }

    /// Each after those that it waits for.
    List<Item> inOrder() {
        return order;
    }

    /// Whether any item waits for another.
    boolean isLinked() {
        return items.stream().anyMatch(item -> !waitedForBy(item).isEmpty());
    }

    /// The items that one waits for.
    List<Item> waitedForBy(Item item) {
        return inCycles.contains(item)
                ? List.of()
                : item.after().stream().map(byRef::get).filter(other -> other != null).toList();
    }

    /// Notes the id of an item's task.
    void name(Item item, TaskId task) {
        ids.put(item, task);
        firstOfGroup.putIfAbsent(group(item), task);
    }

    /// The first named task of those that an item is linked to by who waits for whom, whichever
    /// way; null if it is the first.
    @Nullable TaskId beside(Item item) {
        return firstOfGroup.get(group(item));
    }

    /// The index of an item that stands for all that are linked with one (Galler and Fischer's
    /// trees, whose paths are halved on the way).
    private int group(Item item) {
        int root = item.index();
        while (groups[root] != root) {
            groups[root] = groups[groups[root]];
            root = groups[root];
        }
        return root;
    }

    private void link(Item one, Item other) {
        groups[group(one)] = group(other);
    }

    /// The tasks that an item's task waits for.
    ///
    /// @throws ProblemException if it waits for itself by way of others, or for what is none
    List<TaskId> after(Item item) {
        if (inCycles.contains(item)) {
            throw refused("a cycle (expected: no item waits for itself, or for one that does)");
        }
        if (!byRef.getOrDefault(item.ref(), item).equals(item)) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            "ref",
                            item.ref() + " (expected: another one for each item)"));
        }
        var tasks = new ArrayList<TaskId>();
        for (var name : item.after()) {
            var other = byRef.get(name);
            if (other == null) {
                tasks.add(Call.parsed("after", name, Batch::id));
            } else {
                var task = ids.get(other);
                if (task == null) {
                    throw waitsInVain();
                }
                tasks.add(task);
            }
        }
        return tasks;
    }

    private static TaskId id(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException(
                    text + " (expected: the id of a task, or the ref of an item)", none);
        }
    }

    /// What becomes of an item that waits for one that is not accepted.
    static ProblemException waitsInVain() {
        return refused("an item that was not accepted; mend that and send both again");
    }

    private static ProblemException refused(String why) {
        return new ProblemException(Problem.ofField(ProblemKind.INVALID_REQUEST, "after", why));
    }

    /// Kahn's order; what is in or behind a cycle comes last.
    private List<Item> sorted() {
        var left = new HashMap<Item, Integer>();
        var waiting = new HashMap<Item, List<Item>>();
        for (var item : items) {
            var before = waitedForBy(item);
            left.put(item, before.size());
            before.forEach(
                    other -> waiting.computeIfAbsent(other, _ -> new ArrayList<>()).add(item));
        }
        var ready = new ArrayDeque<Item>();
        items.stream().filter(item -> left.getOrDefault(item, 0) == 0).forEach(ready::add);
        var sorted = new ArrayList<Item>();
        while (!ready.isEmpty()) {
            var item = ready.remove();
            sorted.add(item);
            for (var other : waiting.getOrDefault(item, List.of())) {
                if (left.merge(other, -1, Integer::sum) == 0) {
                    ready.add(other);
                }
            }
        }
        for (var item : items) {
            if (left.getOrDefault(item, 0) > 0) {
                inCycles.add(item);
                sorted.add(item);
            }
        }
        return sorted;
    }

    /// One task of the request.
    ///
    /// @param index in the request; tells equal bodies apart
    /// @param after what names those that it waits for
    record Item(int index, JsonObject body, List<String> after) {

        /// Reads what is asked for.
        ///
        /// @throws ProblemException 400 if a term is out of its range
        TaskRequest request() {
            return TaskRequest.of(body);
        }

        /// No two of a batch have the same index, and bodies are large.
        @Override
        public int hashCode() {
            return index;
        }

        @Nullable String ref() {
            return body.getString("ref");
        }
    }
}
