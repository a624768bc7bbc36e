package org.iommulab.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.scenario.Player;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** compare, patches, and stories in lanes. */
class CompareCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        var console = new Console(new PrintWriter(out), new PrintWriter(err));
        return new Cli(
                        (_, _) -> ExitCode.AS_EXPECTED,
                        List.of(
                                new RunCommand(Player::play, console),
                                new CompareCommand(Player::play, console),
                                new PatchesCommand(Player::play, console),
                                new RenderCommand(Player::play, console)),
                        console)
                .run(List.of(arguments));
    }

    @Test
    void twoKernelsThatDoTheSameAreTheSame() {
        assertThat(run("compare", "arm64-display", "--kernel", "6.2", "--against", "6.2+p1..p5"))
                .isZero();
        assertThat(out.toString().lines()).last().isEqualTo("same");
        assertThat(out.toString()).contains("no difference");
    }

    @Test
    void twoKernelsThatPartAreExitCodeOneAndTheLastLineSaysWhere() {
        assertThat(run("compare", "drm-bind", "--kernel", "6.2", "--against", "6.2+p1"))
                .isEqualTo(1);
        assertThat(out.toString().lines()).last().asString().matches("first divergence: step \\d+");
        assertThat(out.toString())
                .contains("Linux 6.2 + patch 1: ")
                .contains("exynos_iommu_detach_device")
                .contains("Group 0 is attached to mapping 4 (Linux 6.2), mapping 1 (Linux 6.2 + patch 1)");
    }

    @Test
    void jsonHasTheSameStepAndTheDifferences() {
        assertThat(run("compare", "drm-bind", "--kernel", "6.2", "--against", "6.2+p1", "--format", "json"))
                .isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        int step = json.get("firstDivergence").intValue();
        assertThat(json.get("same").booleanValue()).isFalse();
        assertThat(json.get("sides").size()).isEqualTo(2);
        assertThat(json.get("rows").valueStream())
                .anySatisfy(
                        row -> assertThat(row.get("events").get(0).path("step").asInt())
                                .isEqualTo(step));
        assertThat(json.get("differences").size()).isGreaterThan(5);
    }

    @Test
    void aCallbackTakenOutIsComparedWithTheSameKernel() {
        assertThat(run("compare", "drm-bind", "--kernel", "6.3", "--against-remove", "exynos.set_platform_dma_ops"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("Linux 6.3, without exynos.set_platform_dma_ops: ");
    }

    @Test
    void patchesSayWhatTheyChangeAndWhereAStoryNoticesIt() {
        assertThat(run("patches", "drm-bind")).isZero();
        assertThat(out.toString())
                .contains("p1  1b932ceddd19  iommu: Remove detach_dev callbacks")
                .contains("behaviour + DRIVERS_WITHOUT_DETACH_DEV")
                .containsPattern("exynos +arm32, arm64 +detach_dev +exynos_iommu_detach_device +none")
                .containsPattern("drm-bind: step \\d+ is 'callback detach_dev")
                .endsWith("9 patches, 2 never merged" + System.lineSeparator());
        out.getBuffer().setLength(0);
        assertThat(run("patches", "--format", "json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).size()).isEqualTo(11);
    }

    @Test
    void aStoryInLanesIsPlayedComparedAndDrawnLaneByLane() throws IOException {
        String story = lanes().toString();
        assertThat(run("run", story)).isZero();
        assertThat(out.toString())
                .containsSubsequence("== lane lazy: Lazy", "== lane strict: Strict", "as expected")
                .endsWith("outcome: ok" + System.lineSeparator());
        out.getBuffer().setLength(0);
        assertThat(run("run", story, "--format", "json")).isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.get("lanes").get(1).get("cmdline").stringValue()).isEqualTo("iommu.strict=1");
        assertThat(json.get("asExpected").booleanValue()).isTrue();
        out.getBuffer().setLength(0);
        assertThat(run("run", story, "--lane", "strict", "--events")).isZero();
        assertThat(out.toString()).doesNotContain("== lane");
        out.getBuffer().setLength(0);
        assertThat(run("compare", story)).isEqualTo(1);
        assertThat(out.toString()).contains("Lazy: ").contains("Strict: ");
        Path svg = folder.resolve("lanes.svg");
        assertThat(run("render", story, "--size", "1366x768", "--out", svg.toString()))
                .isZero();
        assertThat(Files.readString(svg))
                .contains(">Lazy<")
                .contains(">Strict<")
                .contains("first divergence: step");
        assertThat(run("render", story, "--lane", "stric", "--out", svg.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'strict'");
    }

    /** A story of the lab's in two lanes. */
    private Path lanes() throws IOException {
        Path scenarios = Path.of("..", "scenarios");
        Files.createDirectories(folder.resolve("boards"));
        Files.copy(scenarios.resolve("boards/desktop-ryzen.json"), folder.resolve("boards/desktop-ryzen.json"));
        String text = Files.readString(scenarios.resolve("amd/boot-and-dma.json"));
        return Files.writeString(
                folder.resolve("in-lanes.json"),
                text.replace(
                        "\"story\": [",
                        "\"lanes\": [ { \"name\": \"lazy\", \"title\": \"Lazy\" },"
                                + " { \"name\": \"strict\", \"title\": \"Strict\", \"cmdline\": \"iommu.strict=1\" } ],"
                                + " \"story\": ["));
    }
}
