package dev.millrace.inference.embed;

import dev.millrace.domain.search.Model;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which model a site embeds with. Vectors of two models cannot be compared, so it is that of the
/// vectors which the log has; a site without any takes what it is told, or
/// [BuiltInModel#ofNewSites].
public final class ModelChoice {

    /// What the setting is called.
    public static final String SETTING = "millrace.model";

    private ModelChoice() {}

    /// The model.
    ///
    /// @param told by the setting
    /// @param logged models that vectors in the log are of
    /// @throws ModelRefused if the log has vectors of another model, or of several and it was not
    ///   told which of them to go on with
    public static BuiltInModel of(Optional<BuiltInModel> told, Set<Model> logged)
            throws ModelRefused {
        if (logged.isEmpty()) {
            return told.orElse(BuiltInModel.ofNewSites());
        }
        if (told.isPresent()) {
            if (!logged.contains(told.get().model())) {
                throw new ModelRefused(
                        ("%s: %s (expected: %s, as the vectors in the log; without the setting the site"
                                        + " goes on with theirs, and on a new data folder it takes another)")
                                .formatted(SETTING, told.get().model().name(), text(logged)));
            }
            return told.get();
        }
        if (logged.size() > 1) {
            throw new ModelRefused(
                    "%s: not set, and the log has vectors of %s (expected: the one to go on with)"
                            .formatted(SETTING, text(logged)));
        }
        var only = logged.iterator().next();
        return Arrays.stream(BuiltInModel.values())
                .filter(one -> one.model().equals(only))
                .findAny()
                .orElseThrow(() ->
                        new ModelRefused(
                                ("model: %s, as the vectors in the log (expected: %s, which this"
                                                + " version has)")
                                        .formatted(text(logged), text(builtIn()))));
    }

    private static Set<Model> builtIn() {
        return Arrays.stream(BuiltInModel.values())
                .map(BuiltInModel::model)
                .collect(Collectors.toSet());
    }

    private static String text(Set<Model> models) {
        var names = new TreeSet<String>();
        models.forEach(model -> names.add(model.name() + " " + model.version()));
        return String.join(" or ", names);
    }
}
