package org.iommulab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class VectorsTest {
    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    @Test
    void everyCaseOfTheKernelPasses() {
        var report = Vectors.run(List.of(CASES), Optional.empty());

        assertThat(report.rows()).extracting(Vectors.Row::format).contains("exynos", "exynos-v5");
        assertThat(report.rows()).flatExtracting(Vectors.Row::failures).isEmpty();
        assertThat(report.rows())
                .filteredOn(r -> r.format().startsWith("exynos"))
                .extracting(Vectors.Row::passed)
                .containsExactly(43, 31);
        assertThat(report.failed()).isZero();
    }

    @Test
    void everyKindOfWrongResultIsNoticed() throws IOException {
        String good = Files.readString(CASES.resolve("exynos/v3.1-remap-existing-a.json"));
        var wrong = List.of(
                good.replaceFirst("\"ret\":-98", "\"ret\":-16"),
                good.replaceFirst("\"mapped\":\"0x1000\"", "\"mapped\":\"0x2000\""),
                good.replaceFirst("\"pa\":\"0x7613018f\"", "\"pa\":\"0x7613018e\""),
                good.replaceFirst("\"warn\":1", "\"warn\":2"),
                good.replaceFirst("\"119\":\"0x76130012\"", "\"119\":\"0x76130212\""),
                good.replaceFirst("\\[96,16,\"0x73840011\"", "[96,15,\"0x73840011\""),
                good.replaceFirst("\"1978\":\"0x11a00402\",", ""),
                good.replaceFirst("0x14\",\"0x80004000", "0x14\",\"0x80008000"),
                good.replaceFirst("\"pt_base\":\"0x80004000\"", "\"pt_base\":\"0x4000\""),
                good.replaceFirst("\"default\":\"0x80000001\"", "\"default\":\"0x80000000\""));
        for (int i = 0; i < wrong.size(); i++) {
            assertThat(wrong.get(i)).isNotEqualTo(good);
            Path file = directory.resolve(i + ".json");
            Files.writeString(file, wrong.get(i));
            assertThat(Vectors.run(List.of(file), Optional.empty()).failed())
                    .as("change %d", i)
                    .isEqualTo(1);
        }
    }

    @Test
    void everyKindOfWrongResultOfTheCoreIsNoticed() throws IOException {
        String good = Files.readString(CASES.resolve("iommu-core/4k-2m-1g-01.json"));
        var wrong = List.of(
                good.replaceFirst("\"ret\":-17", "\"ret\":-16"),
                good.replaceFirst("\"unmapped\":\"0x1000\"", "\"unmapped\":\"0x2000\""),
                good.replaceFirst(",\\[\"iotlb_sync\"\\]", ""),
                good.replaceFirst("\\[\"map_pages\",\"0x", "[\"map_pages\",\"0x1"),
                good.replaceFirst("\"calls\":\\[", "\"calls\":[[\"iotlb_sync\"],"));
        for (int i = 0; i < wrong.size(); i++) {
            assertThat(wrong.get(i)).as("change %d", i).isNotEqualTo(good);
            Path file = directory.resolve("core" + i + ".json");
            Files.writeString(file, wrong.get(i));
            assertThat(Vectors.run(List.of(file), Optional.empty()).failed())
                    .as("change %d", i)
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsWrittenSaysWhatTheFileSays() throws IOException {
        Path out = directory.resolve("out");
        Vectors.run(List.of(CASES), Optional.of(out));

        for (Path file : cases()) {
            JsonNode expected = JSON.readTree(Files.readAllBytes(file));
            JsonNode written = JSON.readTree(
                    Files.readAllBytes(out.resolve(CASES.relativize(file).toString())));
            for (String part : List.of("format", "config", "ops", "tlb", "root", "tables")) {
                assertThat(written.path(part)).as("%s %s", file, part).isEqualTo(expected.path(part));
            }
        }
    }

    @Test
    void whatIsWrittenDoesNotDependOnTheResultsInTheFile() throws IOException {
        Path stripped = directory.resolve("stripped");
        for (Path file : cases()) {
            var node = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
            node.remove(List.of("tlb", "root", "tables", "checkpoints", "table_allocs", "live_tables_after_destroy"));
            for (JsonNode op : node.path("ops")) {
                ((ObjectNode) op).remove(List.of("ret", "mapped", "unmapped", "warn", "calls"));
                if (op.path("op").asString("").equals("iova_to_phys")) {
                    ((ObjectNode) op).remove("pa");
                }
            }
            Path copy = stripped.resolve(CASES.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.write(copy, JSON.writeValueAsBytes(node));
        }

        Vectors.run(List.of(CASES), Optional.of(directory.resolve("a")));
        Vectors.run(List.of(stripped), Optional.of(directory.resolve("b")));

        for (Path file : cases()) {
            String relative = CASES.relativize(file).toString();
            assertThat(directory.resolve("b").resolve(relative))
                    .hasSameTextualContentAs(directory.resolve("a").resolve(relative));
        }
    }

    @Test
    void aFormatThatTheLabHasNotGotIsSkippedAndNamed() throws IOException {
        Files.writeString(directory.resolve("x.json"), "{\"format\":\"no-such\",\"config\":{},\"ops\":[]}");

        var report = Vectors.run(List.of(directory), Optional.empty());

        assertThat(report.skipped()).containsExactly("no-such");
        assertThat(report.passed() + report.failed()).isZero();
    }

    @Test
    void aFileThatIsNoCaseFailsWithAWord() throws IOException {
        Files.writeString(directory.resolve("a.json"), "{");
        Files.writeString(directory.resolve("b.json"), "[1]");
        Files.writeString(
                directory.resolve("c.json"), "{\"format\":\"exynos\",\"config\":{},\"ops\":[{\"op\":\"x\"}]}");
        Files.writeString(directory.resolve("d.json"), "{\"format\":\"exynos\",\"config\":{},\"ops\":[]}");

        assertThat(Vectors.run(List.of(directory), Optional.empty()).failed()).isEqualTo(4);
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(f -> f.toString().endsWith(".json")).toList();
        }
    }
}
