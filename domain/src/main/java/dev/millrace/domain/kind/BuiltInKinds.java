package dev.millrace.domain.kind;

import dev.millrace.domain.task.Retries;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The kinds of task that every site has. Their names are reserved.
public final class BuiltInKinds {

    /// Takes a document in, until all of it is searchable. What is submitted has its text; in the
    /// log a large one is `{"blob":{"digest","size"}}` instead.
    public static final TaskKind INGEST =
            kind(
                    "ingest",
                    "Takes a document in, until all of it is searchable.",
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["name", "text"],
                      "properties": {
                        "name": {
                          "description": "A relative path, or whatever else names the document.",
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 1024
                        },
                        "media_type": {
                          "description": "text/plain, text/markdown or text/html; by the name's ending when absent.",
                          "type": "string",
                          "maxLength": 255
                        },
                        "text": {
                          "description": "The whole text; at most 16 MiB of UTF-8.",
                          "type": "string"
                        }
                      }
                    }
                    """,
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object"
                    }
                    """);

    /// Answers what it was asked; for trying things out.
    public static final TaskKind ECHO =
            kind(
                    "echo",
                    "Answers with its input. Made to try things out: it can take its time, and fail.",
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "properties": {
                        "delay_ms": {
                          "description": "How long an attempt takes, in milliseconds.",
                          "type": "integer",
                          "minimum": 0,
                          "maximum": 600000
                        },
                        "fail_times": {
                          "description": "How many attempts fail before one succeeds.",
                          "type": "integer",
                          "minimum": 0,
                          "maximum": 1000
                        }
                      }
                    }
                    """,
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object"
                    }
                    """);

    /// Makes vectors of texts.
    public static final TaskKind EMBED =
            kind(
                    "embed",
                    "Makes vectors of texts with the site's embedding model.",
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["texts"],
                      "properties": {
                        "texts": {
                          "type": "array",
                          "minItems": 1,
                          "maxItems": 256,
                          "items": {"type": "string"}
                        }
                      }
                    }
                    """,
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "required": ["model", "dimensions", "vectors"],
                      "properties": {
                        "model": {"type": "string"},
                        "dimensions": {"type": "integer", "minimum": 1},
                        "vectors": {
                          "description": "One of each text, in their order.",
                          "type": "array",
                          "items": {"type": "array", "items": {"type": "number"}}
                        }
                      }
                    }
                    """);

    /// Makes an HTTP request.
    public static final TaskKind HTTP =
            kind(
                    "http",
                    "Makes an HTTP request and answers with what came back.",
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["url"],
                      "properties": {
                        "method": {
                          "description": "GET when absent.",
                          "type": "string",
                          "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
                        },
                        "url": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 8192,
                          "pattern": "^https?://"
                        },
                        "headers": {
                          "type": "object",
                          "maxProperties": 64,
                          "additionalProperties": {"type": "string", "maxLength": 8192}
                        },
                        "body": {
                          "description": "A text is sent as it is, anything else as JSON; at most 1 MiB."
                        },
                        "timeout_ms": {
                          "description": "For all of the call, in milliseconds; 30,000 when absent.",
                          "type": "integer",
                          "minimum": 1,
                          "maximum": 300000
                        }
                      }
                    }
                    """,
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "required": ["status", "headers", "url"],
                      "properties": {
                        "status": {"type": "integer", "minimum": 100, "maximum": 599},
                        "headers": {
                          "type": "object",
                          "additionalProperties": {"type": "string"}
                        },
                        "body": {
                          "description": "JSON as it is, or a text; absent where there is none."
                        },
                        "body_base64": {
                          "description": "A body that is neither.",
                          "type": "string"
                        },
                        "url": {
                          "description": "The last one, after redirects.",
                          "type": "string"
                        }
                      }
                    }
                    """);

    /// All of them, by name.
    public static final List<TaskKind> ALL = List.of(ECHO, EMBED, HTTP, INGEST);

    private static final Set<String> NAMES =
            Set.of(ECHO.name(), EMBED.name(), HTTP.name(), INGEST.name());

    private BuiltInKinds() {}

    /// Whether a name is that of a built-in kind.
    public static boolean isBuiltIn(String name) {
        return NAMES.contains(name);
    }

    /// Whether the site's own topologies do the work of a kind, so that no worker ever gets any.
    public static boolean isInHouse(String name) {
        return name.equals(INGEST.name());
    }

    private static TaskKind kind(
            String name,
            String description,
            @Nullable String inputSchema,
            @Nullable String outputSchema) {
        return new TaskKind(
                name,
                1,
                description,
                inputSchema,
                outputSchema,
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                null,
                Set.of(),
                Set.of());
    }
}
