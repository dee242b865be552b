package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.RequestedTerms;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A task that is asked for by a CloudEvent (version 1.0), which programs that know nothing of
/// Millrace can send.
///
/// Its type is the kind, by itself or after `dev.millrace.submit.`; its data are the input; source
/// and id, which no two events share, are the key. Extension attributes that mean nothing here are
/// let pass, as the specification wants, so that whoever handed the event on may add to it.
final class EventRequest {

    /// What a body is that holds an event.
    static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final String TYPE_PREFIX = "dev.millrace.submit.";
    private static final int MOST_KIND_CHARACTERS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final Pattern JSON = Pattern.compile("(?i)[^;]*[/+]json\\s*(;.*)?");

    private EventRequest() {}

    /// Whether a call brings an event.
    static boolean isIn(Call call) {
        return call.bodyType().equals(MEDIA_TYPE);
    }

    /// From an event that fits the contract.
    ///
    /// @throws ProblemException 400 that names the attribute at fault
    static TaskRequest of(JsonObject event) {
        for (var attribute : event) {
            requireAttribute(attribute);
        }
        var dataType = event.getString("datacontenttype");
        if (dataType != null && !JSON.matcher(dataType).matches()) {
            throw refused("datacontenttype", dataType + " (expected: application/json)");
        }
        var _ = terms(event, Retries.DEFAULT); // whatever is out of its range shows now
        return new TaskRequest(
                kind(event.getString("type")),
                event.getJsonObject("data"),
                Labels.DEFAULT,
                event.getString("subject"),
                retries -> terms(event, retries),
                false,
                List.of());
    }

    private static Terms terms(JsonObject event, Retries retries) {
        return new Terms(
                Priority.ofWireName(event.getString("priority", Priority.NORMAL.wireName())),
                RequestedTerms.moment(event, "notbefore"),
                RequestedTerms.moment(event, "deadline"),
                retries,
                null);
    }

    /// The id that source and id of an event give its task.
    static TaskId id(String tenant, JsonObject event) {
        return new TaskId(
                DerivedId.of("event", tenant, event.getString("source"), event.getString("id")));
    }

    private static String kind(String type) {
        var kind = type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
        if (kind.length() > MOST_KIND_CHARACTERS) {
            throw refused(
                    "type",
                    kind.length() + " characters (expected: at most " + MOST_KIND_CHARACTERS + ")");
        }
        return kind;
    }

    private static void requireAttribute(Map.Entry<String, Object> attribute) {
        var name = attribute.getKey();
        if (name.equals("data")) {
            return;
        }
        if (name.equals("data_base64")) {
            throw refused(name, "not taken (expected: JSON in data)");
        }
        if (!NAME.matcher(name).matches()) {
            throw refused(name, "not the name of an attribute (expected: a-z and 0-9)");
        }
        if (attribute.getValue() instanceof JsonObject
                || attribute.getValue() instanceof JsonArray) {
            throw refused(name, "not a value of an attribute (expected: text, number or boolean)");
        }
    }

    private static ProblemException refused(String attribute, String why) {
        return new ProblemException(Problem.ofField(ProblemKind.INVALID_REQUEST, attribute, why));
    }
}
