package dev.millrace.schemas.query;

import static dev.millrace.schemas.query.QueryJson.bytes;
import static dev.millrace.schemas.query.QueryJson.object;
import static dev.millrace.schemas.query.QueryJson.parse;
import static dev.millrace.schemas.query.QueryJson.text;
import static dev.millrace.schemas.query.QueryJson.textOrNull;
import static dev.millrace.schemas.query.QueryJson.texts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.ViewQuery;
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

    private ViewsJson() {}

    /// Which row is wanted.
    public record RowQuery(String view, String tenant, String key) {}

    /// Writes what views there are.
    public static byte[] write(List<ViewDescription> descriptions) {
        var json = object();
        var views = json.putArray("views");
        for (var description : descriptions) {
            var view = views.addObject();
            view.put("name", description.name()).put(KEY, description.key());
            description.filters().forEach(view.putArray(FILTERS)::add);
            view.put("summary", description.summary());
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
                                text(view, "summary")));
    }

    /// Writes what to list.
    public static byte[] write(ViewQuery query) {
        var json = object().put(VIEW, query.view()).put(TENANT, query.tenant());
        var filters = json.putObject(FILTERS);
        query.filters().forEach(filters::put);
        return bytes(json.put("limit", query.limit()).put("token", query.token()));
    }

    /// Reads what to list.
    public static ViewQuery readQuery(byte[] json) {
        var query = parse(json);
        return new ViewQuery(
                text(query, VIEW),
                text(query, TENANT),
                filters(query.path(FILTERS)),
                QueryJson.integer(query, "limit"),
                textOrNull(query, "token"));
    }

    /// Writes which row is wanted.
    public static byte[] write(RowQuery query) {
        return bytes(object().put(VIEW, query.view).put(TENANT, query.tenant).put(KEY, query.key));
    }

    /// Reads which row is wanted.
    public static RowQuery readRowQuery(byte[] json) {
        var query = parse(json);
        return new RowQuery(text(query, VIEW), text(query, TENANT), text(query, KEY));
    }

    /// Writes a page.
    public static byte[] write(ViewPage page) {
        var json = object();
        page.items().forEach(json.putArray("items")::add);
        return bytes(
                json.put("next_token", page.nextToken()).put(POSITION, page.position().toString()));
    }

    /// Reads a page.
    public static ViewPage readPage(byte[] json) {
        var page = parse(json);
        return new ViewPage(
                texts(page, "items"), textOrNull(page, "next_token"), QueryJson.position(page));
    }

    /// Writes a row.
    public static byte[] write(ViewRow row) {
        return bytes(
                object().put(KEY, row.key())
                        .put("json", row.json())
                        .put(POSITION, row.position().toString()));
    }

    /// Reads a row.
    public static ViewRow readRow(byte[] json) {
        var row = parse(json);
        return new ViewRow(text(row, KEY), textOrNull(row, "json"), QueryJson.position(row));
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
