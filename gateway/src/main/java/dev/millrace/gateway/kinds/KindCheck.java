package dev.millrace.gateway.kinds;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.task.Retries;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.problem.FieldError;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The step between a request and a submission: whether there is such a kind, whether the caller
/// may submit it, and whether the input fits.
///
/// Safe for use by many threads.
public final class KindCheck {

    private static final Logger LOG = LoggerFactory.getLogger(KindCheck.class);

    private static final String INPUT = "/input";
    private static final String OUTPUT = "/output";

    private final TaskKinds kinds;
    private final InputShapes shapes = new InputShapes();

    public KindCheck(TaskKinds kinds) {
        this.kinds = kinds;
    }

    /// The retries of the kind's newest version, whether that is offered or not; the usual ones if
    /// there is none.
    public Retries retries(String name) throws KindsUnavailable {
        var kind = kinds.catalogue().newest(name);
        return kind == null ? Retries.DEFAULT : kind.retries();
    }

    /// The newest version of the kind, which the task will be of.
    ///
    /// @param input as it was sent
    /// @throws ProblemException 422 if there is no such kind or the input does not fit it, 403 if
    ///   the caller may not submit it
    /// @throws KindsUnavailable if the kinds are not known yet
    public TaskKind admit(Principal caller, String name, JsonObject input) throws KindsUnavailable {
        var kind = offered(caller, name);
        requireInput(kind, input);
        return kind;
    }

    private TaskKind offered(Principal caller, String name) throws KindsUnavailable {
        var catalogue = kinds.catalogue();
        var kind = catalogue.find(name);
        if (kind == null) {
            throw new ProblemException(
                    Problem.ofField(ProblemKind.UNKNOWN_KIND, "kind", unknown(name, catalogue)));
        }
        require(caller, kind, kind.submitters());
        return kind;
    }

    private void requireInput(TaskKind kind, JsonObject input) {
        var faults = faults(kind, input, INPUT);
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.ofFields(ProblemKind.INVALID_INPUT, faults));
        }
    }

    /// The same for work that was admitted before: what is done by the site itself has not been
    /// changed since, and is not as it was sent any more.
    ///
    /// @param input as it was sent; not asked for if any will do
    public void admitAgain(Principal caller, String name, Supplier<JsonObject> input)
            throws KindsUnavailable {
        var kind = offered(caller, name);
        if (!BuiltInKinds.isInHouse(name) && kind.inputSchema() != null) {
            requireInput(kind, input.get());
        }
    }

    /// The newest version of a kind whose tasks the caller may do. One that is no longer offered
    /// may have tasks that wait.
    ///
    /// @throws ProblemException 422 if there is no such kind or the site itself does its tasks, 403
    ///   if the caller may not do them
    /// @throws KindsUnavailable if the kinds are not known yet
    public TaskKind ofWorker(Principal caller, String name) throws KindsUnavailable {
        var catalogue = kinds.catalogue();
        var kind = catalogue.newest(name);
        if (kind == null) {
            throw new ProblemException(
                    Problem.ofField(ProblemKind.UNKNOWN_KIND, "kind", unknown(name, catalogue)));
        }
        if (BuiltInKinds.isInHouse(name)) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.REFUSED,
                            "kind",
                            name + " (expected: a kind that the site does not do by itself)"));
        }
        require(caller, kind, kind.workers());
        return kind;
    }

    /// Holds an output against the newest version of its kind.
    ///
    /// @throws ProblemException 422 if it does not fit
    public void requireOutput(TaskKind kind, JsonObject output) {
        var faults = faults(kind, output, OUTPUT);
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.ofFields(ProblemKind.INVALID_OUTPUT, faults));
        }
    }

    /// Why there is nothing under a name, and what may have been meant.
    static String unknown(String name, KindCatalogue catalogue) {
        var near = catalogue.near(name);
        var there =
                catalogue.versions(name).isEmpty() ? "there is no such kind" : "no longer offered";
        return near.isEmpty()
                ? "%s: %s; GET /v1/task-kinds lists all".formatted(name, there)
                : "%s: %s (expected: %s perhaps); GET /v1/task-kinds lists all"
                        .formatted(name, there, String.join(", ", near));
    }

    private static void require(Principal caller, TaskKind kind, Set<String> allowed) {
        if (allowed.isEmpty()
                || caller.roles().contains(Role.ADMIN)
                || caller.roles().stream().anyMatch(role -> allowed.contains(role.wireName()))) {
            return;
        }
        throw new ProblemException(
                Problem.of(
                        ProblemKind.FORBIDDEN,
                        "tasks of the kind %s need one of the roles %s"
                                .formatted(kind.name(), String.join(", ", sorted(allowed)))));
    }

    private List<FieldError> faults(TaskKind kind, JsonObject value, String what) {
        try {
            var shape = what.equals(INPUT) ? shapes.of(kind) : shapes.ofOutputs(kind);
            return shape == null
                    ? List.of()
                    : shape.faults(new JsonObject(members(value.getMap())), what);
        } catch (RuntimeException | StackOverflowError unfit) { // of a schema nobody looked at
            LOG.atWarn()
                    .setMessage("What was sent could not be held against its kind's schema")
                    .addKeyValue("kind", kind.name())
                    .addKeyValue("version", kind.version())
                    .addKeyValue("cause", unfit.toString())
                    .log();
            return List.of(
                    new FieldError(
                            what,
                            "cannot be held against the schema of %s, version %d, which is at fault"
                                            .formatted(kind.name(), kind.version())
                                    + "; a new version mends it"));
        }
    }

    /* To the validator 5.0 is no integer, and 1.50 is not 1.5, unless they are said so. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> members(object.getMap());
            case Map<?, ?> members -> members(members);
            case Iterable<?> items -> {
                var plain = new ArrayList<@Nullable Object>();
                items.forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case BigDecimal number -> {
                var stripped = number.stripTrailingZeros();
                yield stripped.scale() <= 0 ? whole(stripped) : stripped;
            }
            case null, default -> value;
        };
    }

    private static Number whole(BigDecimal number) {
        var integer = number.toBigInteger();
        return integer.bitLength() < Integer.SIZE
                ? (Number) integer.intValue()
                : integer.bitLength() < Long.SIZE ? integer.longValue() : integer;
    }

    private static Map<String, @Nullable Object> members(Map<?, ?> members) {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        members.forEach((name, member) -> plain.put(String.valueOf(name), plain(member)));
        return plain;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
