package dev.millrace.inference.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Describes records as JSON Schema (draft 2020-12), the way in which [Performer] reads and writes
/// them: names in snake_case, what is not `@Nullable` required, and nothing else allowed.
///
/// What a record says in Jackson's annotations (`@JsonPropertyDescription` for one) is in its
/// schema. Safe for use by many threads.
final class JsonSchemas {

    private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();
    private static final SchemaGenerator GENERATOR = generator();

    private JsonSchemas() {}

    static ObjectNode of(Class<?> type) {
        synchronized (GENERATOR) {
            return GENERATOR.generateSchema(type);
        }
    }

    private static SchemaGenerator generator() {
        var builder =
                new SchemaGeneratorConfigBuilder(
                                SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                        .with(new JacksonModule())
                        .with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        builder.forFields()
                .withPropertyNameOverrideResolver(field -> NAMES.translate(field.getDeclaredName()))
                .withNullableCheck(JsonSchemas::isNullable)
                .withRequiredCheck(field -> !isNullable(field));
        builder.forTypesInGeneral()
                .withAdditionalPropertiesResolver(
                        scope -> scope.getType().getErasedType().isRecord() ? Void.class : null)
                .withCustomDefinitionProvider((type, context) -> {
                    var node = context.getGeneratorConfig().createObjectNode();
                    if (JsonNode.class.isAssignableFrom(type.getErasedType())) {
                        return new CustomDefinition(node, true);
                    }
                    boolean isAnyObject =
                            type.getErasedType() == Map.class && type.getTypeParameters().isEmpty();
                    return isAnyObject
                            ? new CustomDefinition(node.put("type", "object"), true)
                            : null;
                });
        return new SchemaGenerator(builder.build());
    }

    private static boolean isNullable(FieldScope field) {
        return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
