package dev.millrace.domain.log;

import dev.millrace.domain.event.Actor;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which events somebody asks for.
///
/// @param tenant only those of this tenant
/// @param key only those of this key; null for all
/// @param types only those of these types; one that ends in `*` stands for all that begin with what
///   is before it. Empty for all
/// @param actor only those that this actor caused; null for all
public record EventFilter(
        String tenant, @Nullable String key, Set<String> types, @Nullable String actor) {

    private static final String ANY_END = "*";
    private static final String TYPE_PREFIX = "dev.millrace.";

    public EventFilter {
        types = Set.copyOf(types);
    }

    /// All events of a tenant.
    public static EventFilter all(String tenant) {
        return new EventFilter(tenant, null, Set.of(), null);
    }

    /// The types that a list separated by commas names, each with or without `dev.millrace.`.
    ///
    /// @param list null for none, which stands for all
    public static Set<String> types(@Nullable String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(",", -1))
                        .filter(type -> !type.isEmpty())
                        .map(type -> type.startsWith(TYPE_PREFIX) ? type : TYPE_PREFIX + type)
                        .collect(Collectors.toSet());
    }

    /// Whether an event is asked for, but for its key and its tenant.
    public boolean takes(String type, Actor by) {
        return takesType(type) && (actor == null || actor.equals(by.id()));
    }

    private boolean takesType(String type) {
        if (types.isEmpty() || types.contains(type)) {
            return true;
        }
        for (var wanted : types) {
            if (wanted.endsWith(ANY_END)
                    && type.startsWith(wanted.substring(0, wanted.length() - 1))) {
                return true;
            }
        }
        return false;
    }
}
