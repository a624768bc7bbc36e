package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.board.Board;
import org.iommulab.json.Inline;
import org.iommulab.json.Spelling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON schemas, the records and the files say the same. */
class SchemaTest {
    private static final Path SCENARIOS = Path.of("..", "scenarios");
    private static final Path SCENARIO_SCHEMA = SCENARIOS.resolve("schema/scenario.schema.json");
    private static final Path BOARD_SCHEMA = SCENARIOS.resolve("schema/board.schema.json");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(SCENARIOS)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.startsWith(SCENARIOS.resolve("schema")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachFileFollowsTheSchemaThatItNames(Path file) throws IOException {
        Path schema = file.getParent()
                .resolve(json(file).get("$schema").stringValue())
                .normalize();
        assertThat(schema).isIn(SCENARIO_SCHEMA, BOARD_SCHEMA);
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        assertThat(registry.getSchema(Files.readString(schema)).validate(Files.readString(file), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theSchemaRefusesWhatTheReaderRefuses() throws IOException {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(SCENARIO_SCHEMA));
        String good = Files.readString(SCENARIOS.resolve("exynos/drm-bind.json"));
        for (String change :
                List.of("\"do\": \"boot\"=\"do\": \"bot\"", "\"result\"=\"reslt\"", "\"P2..P4\"=\"P2-P4\"")) {
            String[] parts = change.split("=", 2);
            assertThat(good).contains(parts[0]);
            assertThat(schema.validate(good.replaceFirst(parts[0].replace(".", "\\."), parts[1]), InputFormat.JSON))
                    .as(change)
                    .isNotEmpty();
        }
    }

    @Test
    void theScenarioRecordsHaveTheFieldsOfTheSchema() {
        JsonNode schema = json(SCENARIO_SCHEMA);
        JsonNode defs = schema.get("$defs");
        assertThat(properties(schema)).isEqualTo(fields(Scenario.class));
        assertThat(properties(defs.get("storyLane"))).isEqualTo(fields(StoryLane.class));
        assertThat(properties(defs.get("actExpectation"))).isEqualTo(fields(ActExpectation.class));
        assertThat(properties(defs.get("runExpectation"))).isEqualTo(fields(RunExpectation.class));
        Set<String> told = fields(Act.class);
        Map<String, Class<?>> actions = Spelling.choices(Action.class);
        assertThat(defs.get("action").get("oneOf").size()).isEqualTo(actions.size());
        actions.forEach((name, record) -> {
            Set<String> expected = fields(record);
            expected.addAll(told);
            expected.add("do");
            assertThat(properties(defs.get(name))).as(name).isEqualTo(expected);
            constants(defs.get(name), record);
        });
        constants(defs.get("runExpectation"), RunExpectation.class);
    }

    @Test
    void theBoardRecordsHaveTheFieldsOfTheSchema() {
        JsonNode schema = json(BOARD_SCHEMA);
        JsonNode defs = schema.get("$defs");
        assertThat(properties(schema)).isEqualTo(fields(Board.class));
        constants(schema, Board.class);
        Map.of(
                        "memoryBank", Board.MemoryBank.class,
                        "clock", Board.Clock.class,
                        "powerDomain", Board.PowerDomain.class,
                        "unit", Board.Unit.class,
                        "device", Board.Device.class,
                        "driver", Board.Driver.class,
                        "drm", Board.Drm.class)
                .forEach((name, record) -> {
                    assertThat(properties(defs.get(name))).as(name).isEqualTo(fields(record));
                    constants(defs.get(name), record);
                });
    }

    /** Where the schema lists the values of a field that is an enum, it lists the enum's constants. */
    private static void constants(JsonNode definition, Class<?> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            JsonNode listed = definition.get("properties").get(Spelling.field(component));
            Class<?> type = component.getType();
            if (listed != null && listed.has("enum") && type.isEnum()) {
                Set<String> known = Arrays.stream(type.getEnumConstants())
                        .map(constant -> Spelling.constant((Enum<?>) constant))
                        .collect(Collectors.toCollection(TreeSet::new));
                Set<String> said = new TreeSet<>();
                listed.get("enum").forEach(value -> said.add(value.stringValue()));
                assertThat(said)
                        .as(record.getSimpleName() + "." + component.getName())
                        .isEqualTo(known);
            }
        }
    }

    private static Set<String> fields(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .filter(component -> !component.isAnnotationPresent(Inline.class))
                .map(Spelling::field)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> properties(JsonNode definition) {
        return new TreeSet<>(definition.get("properties").propertyNames());
    }

    private static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }
}
