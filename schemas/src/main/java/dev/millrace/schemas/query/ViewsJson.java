package dev.millrace.schemas.query;

import static dev.millrace.schemas.query.QueryJson.bytes;
import static dev.millrace.schemas.query.QueryJson.flag;
import static dev.millrace.schemas.query.QueryJson.object;
import static dev.millrace.schemas.query.QueryJson.parse;
import static dev.millrace.schemas.query.QueryJson.text;
import static dev.millrace.schemas.query.QueryJson.textOrNull;
import static dev.millrace.schemas.query.QueryJson.texts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowField;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The questions and answers of the port [dev.millrace.domain.view.Views] as JSON in UTF-8.
///
/// Rows travel as JSON strings and not as objects, so that they arrive as the very texts they were.
/// What is read fails with `IllegalArgumentException` if it is something else.
public final class ViewsJson {

    private static final String VIEW = "view";
    private static final String TENANT = "tenant";
    private static final String KEY = "key";
    private static final String FILTERS = "filters";
    private static final String POSITION = "position";
    private static final String AFTER = "after";
    private static final String AS_OF = "as_of";
    private static final String STALE_OK = "stale_ok";
    private static final String FROM_STANDBY = "from_standby";

    private ViewsJson() {}

    /// Writes what views there are.
    public static byte[] write(List<ViewDescription> descriptions) {
        var json = object();
        var views = json.putArray("views");
        for (var description : descriptions) {
            var view = views.addObject();
            view.put("name", description.name()).put(KEY, description.key());
            description.filters().forEach(view.putArray(FILTERS)::add);
            view.put("summary", description.summary());
            var fields = view.putArray("fields");
            for (var field : description.fields()) {
                fields.addObject()
                        .put("name", field.name())
                        .put("type", field.type().name())
                        .put("nullable", field.isNullable())
                        .put("summary", field.summary());
            }
        }
        return bytes(json);
    }

    /// Reads what views there are.
    public static List<ViewDescription> readDescriptions(byte[] json) {
        return QueryJson.list(
                parse(json),
                "views",
                view ->
                        new ViewDescription(
                                text(view, "name"),
                                text(view, KEY),
                                texts(view, FILTERS),
                                text(view, "summary"),
                                QueryJson.list(view, "fields", ViewsJson::readField)));
    }

    private static RowField readField(JsonNode field) {
        return new RowField(
                text(field, "name"),
                RowField.Type.valueOf(text(field, "type")),
                flag(field, "nullable"),
                text(field, "summary"));
    }

    /// Writes what to list.
    public static byte[] write(ViewQuery query) {
        var json = object().put(VIEW, query.view()).put(TENANT, query.tenant());
        var filters = json.putObject(FILTERS);
        query.filters().forEach(filters::put);
        return bytes(
                json.put("reversed", query.reversed())
                        .put("counted", query.counted())
                        .put("limit", query.limit())
                        .put("token", query.token())
                        .put(AFTER, query.after().toString())
                        .put(STALE_OK, query.staleOk()));
    }

    /// Reads what to list.
    public static ViewQuery readQuery(byte[] json) {
        var query = parse(json);
        return new ViewQuery(
                text(query, VIEW),
                text(query, TENANT),
                filters(query.path(FILTERS)),
                flag(query, "reversed"),
                flag(query, "counted"),
                QueryJson.integer(query, "limit"),
                textOrNull(query, "token"),
                Position.parse(text(query, AFTER)),
                isSet(query, STALE_OK));
    }

    /// Writes which row is wanted.
    public static byte[] write(RowQuery query) {
        var asOf = query.asOf();
        return bytes(
                object().put(VIEW, query.view())
                        .put(TENANT, query.tenant())
                        .put(KEY, query.key())
                        .put(AFTER, query.after().toString())
                        .put(AS_OF, asOf == null ? null : asOf.toString())
                        .put(STALE_OK, query.staleOk()));
    }

    /// Reads which row is wanted.
    public static RowQuery readRowQuery(byte[] json) {
        var query = parse(json);
        var asOf = textOrNull(query, AS_OF);
        return new RowQuery(
                text(query, VIEW),
                text(query, TENANT),
                text(query, KEY),
                Position.parse(text(query, AFTER)),
                asOf == null ? null : Moment.parse(asOf),
                isSet(query, STALE_OK));
    }

    /// Writes a page.
    public static byte[] write(ViewPage page) {
        var json = object();
        page.items().forEach(json.putArray("items")::add);
        var count = page.count();
        if (count != null) {
            json.putObject("count").put("rows", count.rows()).put("exact", count.isExact());
        }
        return bytes(
                json.put("next_token", page.nextToken())
                        .put(POSITION, page.position().toString())
                        .put(FROM_STANDBY, page.fromStandby()));
    }

    /// Reads a page.
    public static ViewPage readPage(byte[] json) {
        var page = parse(json);
        var count = page.path("count");
        return new ViewPage(
                texts(page, "items"),
                textOrNull(page, "next_token"),
                QueryJson.position(page),
                count.isMissingNode()
                        ? null
                        : new RowCount(QueryJson.number(count, "rows"), flag(count, "exact")),
                isSet(page, FROM_STANDBY));
    }

    /// Writes a row.
    public static byte[] write(ViewRow row) {
        return bytes(
                object().put(KEY, row.key())
                        .put("json", row.json())
                        .put(POSITION, row.position().toString())
                        .put(FROM_STANDBY, row.fromStandby()));
    }

    /// Reads a row.
    public static ViewRow readRow(byte[] json) {
        var row = parse(json);
        return new ViewRow(
                text(row, KEY),
                textOrNull(row, "json"),
                QueryJson.position(row),
                isSet(row, FROM_STANDBY));
    }

    /// A flag that processes of older versions do not know, for whom it is never set.
    private static boolean isSet(JsonNode json, String field) {
        return json.has(field) && flag(json, field);
    }

    private static Map<String, String> filters(JsonNode json) {
        if (!json.isObject()) {
            throw QueryJson.wrong(FILTERS, json, "an object of texts");
        }
        var filters = new HashMap<String, String>();
        json.fieldNames().forEachRemaining(name -> filters.put(name, text(json, name)));
        return filters;
    }
}
