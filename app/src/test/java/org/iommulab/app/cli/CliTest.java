package org.iommulab.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CliTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Player player = FakeRun::play;

    @Test
    void runPrintsStoryLogRulesExpectationsAndTheOutcomeLast() {
        assertThat(run("run", "arm64-display", "--kernel", "6.2")).isZero();
        assertThat(out.toString())
                .contains("ARM64 never noticed (arm64-display)")
                .contains("kernel: 6.2")
                .containsSubsequence("story", "Boot", "1 to 2", "kernel log")
                .contains("[    0.000002] 12c10000.mixer: Adding to iommu group 3")
                .containsSubsequence("rules broken", "none", "expectations", "met:     outcome: ok")
                .endsWith("outcome: ok" + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anOutcomeThatWasNotExpectedIsExitCodeOne() {
        assertThat(run("run", "arm64-display", "--kernel", "6.2+p1")).isEqualTo(1);
        assertThat(out.toString())
                .contains("not met: outcome: expected ok; found broken (WARN in f)")
                .endsWith("outcome: broken (WARN in f)" + System.lineSeparator());
    }

    @Test
    void jsonStandsAloneOnStandardOutput() {
        assertThat(run("run", "arm64-display", "--kernel", "6.2+p1", "--format", "json", "--events"))
                .isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.get("outcome").stringValue()).isEqualTo("broken");
        assertThat(json.get("asExpected").booleanValue()).isFalse();
        assertThat(json.get("events").size()).isEqualTo(3);
        assertThat(json.get("log").get(0).get("text").stringValue())
                .isEqualTo("12c10000.mixer: Adding to iommu group 3");
    }

    @Test
    void eventsAndTraceHaveALineEach() {
        assertThat(run("run", "arm64-display", "--kernel", "6.2", "--events")).isZero();
        assertThat(out.toString().lines()).hasSize(3).last().isEqualTo("outcome: ok");
        out.getBuffer().setLength(0);
        assertThat(run("run", "arm64-display", "--kernel", "6.2", "--trace")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "           <...>-0       [000] .....     0.000001: add_device_to_group: IOMMU: groupID=3"
                                + " device=12c10000.mixer",
                        "outcome: ok");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rn                                                    | did you mean
        run                                                   | Missing required parameter: 'SCENARIO'
        run arm64-displya                                     | there is no such file and no such scenario, did you mean 'arm64-display'
        run arm64-display --kernl 6.2                         | --kernel
        run arm64-display --kernel 9.9                        | unknown kernel version '9.9'
        run arm64-display --kernel 6.2+p9                     | unknown patch 'p9'
        run arm64-display --kernel 6.2+exynosfix              | unknown patch 'exynosfix', did you mean 'exynos-fix'
        run arm64-display --remove amd.attach_dev             | --remove amd.attach_dev: board 'tm2' has no unit of amd; expected exynos
        run arm64-display --fail amd.attach_dev@1=-ENOMEM     | --fail amd.attach_dev@1=-ENOMEM: board 'tm2' has no unit of amd
        bisect arm64-display --bad-remove amd.attach_dev      | --bad-remove amd.attach_dev: board
        compare arm64-display --against-fail amd.map@1=-EIO   | --against-fail amd.map@1=-EIO
        run arm64-display --remove exynos                     | expected DRIVER.CALLBACK
        run arm64-display --remove exinos.attach_dev          | unknown driver 'exinos', did you mean 'exynos'
        run arm64-display --remove exynos.attach_dve          | unknown callback 'attach_dve', did you mean 'attach_dev'
        run arm64-display --fail exynos.attach_dev@0=-ENOMEM  | expected DRIVER.CALLBACK@N=-ERRNO
        run arm64-display --fail exynos.attach_dev@1=-ENOMME  | unknown errno 'ENOMME', did you mean 'ENOMEM'
        run arm64-display --config SMPP=n                     | did you mean 'SMP'
        run arm64-display --config SMP=maybe                  | expected NAME=y or NAME=n
        run arm64-display --events --trace                    | mutually exclusive
        run arm64-display --format yaml                       | 'yaml'
        list kernel                                           | kernels
        check nothing.json                                    | nothing.json:1:1: /: there is no such file
        vectors nowhere                                       | there is no such file or folder
        bisect arm64-display --judge outcom                   | unknown judge 'outcom'
        bisect arm64-display --judge expectation:outcom       | did you mean 'outcome'
        bisect arm64-display --bad-remove exynos.attach_dve   | did you mean 'attach_dev'
        compare arm64-display                                 | expected --against SPEC
        compare arm64-display --against 6.2+p9                | unknown patch 'p9'
        compare arm64-display --against-config SMPP=n         | did you mean 'SMP'
        compare arm64-display --with arm64-displya            | did you mean 'arm64-display'
        compare arm64-display --against 6.3 --context -1      | expected 0 or more
        run arm64-display --lane strict                       | has no lanes
        patches arm64-displya                                 | did you mean 'arm64-display'
        """)
    void badUsageIsExitCodeTwoWithOneHelpfulLine(String arguments, String message) {
        assertThat(run(arguments.split(" +"))).isEqualTo(2);
        assertThat(err.toString()).containsIgnoringCase(message).doesNotContain("\tat ");
    }

    @Test
    void aLimitIsExitCodeThree() {
        player = (_, _) -> {
            throw new LimitReached("steps", 20);
        };
        assertThat(run("run", "arm64-display")).isEqualTo(3);
        assertThat(err).hasToString("iommulab: limit reached: 20 steps" + System.lineSeparator());
    }

    @Test
    void aBugOfOursIsExitCodeFourAndOneLineWithoutAStackTrace() {
        player = (_, _) -> {
            throw new IllegalStateException("step 17: cell 4 does not exist");
        };
        assertThat(run("run", "arm64-display")).isEqualTo(4);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "iommulab: this is a bug of the lab: IllegalStateException: step 17: cell 4 does not exist");
    }

    @Test
    void checkCountsWhatPassedAndSaysWhatIsWrong(@TempDir Path folder) throws IOException {
        Path scenarios = Path.of("..", "scenarios");
        assertThat(run("check", scenarios.toString())).isZero();
        assertThat(out.toString().lines()).last().asString().matches("\\d+ passed, 0 failed");
        out.getBuffer().setLength(0);
        Files.createDirectory(folder.resolve("boards"));
        Files.copy(scenarios.resolve("boards/tm2.json"), folder.resolve("boards/tm2.json"));
        Path bad = Files.writeString(
                folder.resolve("bad.json"),
                Files.readString(scenarios.resolve("exynos/arm64-display.json"))
                        .replace("13800000.decon", "13800000.deco"));
        assertThat(run("check", folder.toString())).isEqualTo(2);
        assertThat(out.toString().lines()).last().isEqualTo("1 passed, 1 failed");
        assertThat(err.toString()).startsWith(bad + ":").contains("did you mean '13800000.decon'");
    }

    @Test
    void bisectOfOneKernelSaysSo() {
        assertThat(run("bisect", "drm-bind", "--good", "6.3", "--bad", "6.3")).isZero();
        assertThat(out.toString().lines()).last().isEqualTo("none");
        assertThat(err.toString()).contains("both ends are the same kernel");
    }

    @Test
    void bisectNamesTheFirstBadPatch() {
        assertThat(run("bisect", "drm-bind")).isZero();
        assertThat(out.toString().lines()).hasSize(8).last().isEqualTo("first bad: p1");
        out.getBuffer().setLength(0);
        assertThat(run("bisect", "drm-bind", "--good", "6.2+p1")).isZero();
        assertThat(out.toString().lines()).last().isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernels", "drivers", "callbacks", "scenarios", "boards", "rules", "formats"})
    void listsAreTheSameAsTextAndAsJson(String what) {
        assertThat(run("list", what)).isZero();
        long lines = out.toString().lines().count();
        out.getBuffer().setLength(0);
        assertThat(run("list", what, "--format", "json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).size())
                .isEqualTo(lines - 1)
                .isPositive();
    }

    @Test
    void theTableOfDriversInTheReadmeIsWhatTheCommandPrints() throws IOException {
        List<String> readme = Files.readAllLines(Path.of("..", "README.md"));
        int mark = readme.indexOf("<!-- Made by the program: iommulab list drivers --markdown -->");
        assertThat(run("list", "drivers", "--markdown")).isZero();
        assertThat(readme.stream().skip(mark + 1L).takeWhile(line -> line.startsWith("|")))
                .as("put what the command prints into README.md")
                .containsExactlyElementsOf(out.toString().lines().toList());
    }

    @Test
    void renderWritesWhatTheNameSaysAndPrintsThePath(@TempDir Path folder) throws IOException {
        player = org.iommulab.scenario.Player::play;
        Path svg = folder.resolve("x.svg");
        assertThat(run(
                        "render",
                        "arm64-display",
                        "--at",
                        "100",
                        "--theme",
                        "light",
                        "--size",
                        "800x600",
                        "--out",
                        svg.toString()))
                .isZero();
        assertThat(out).hasToString(svg + System.lineSeparator());
        assertThat(Files.readString(svg)).contains("<svg");
        assertThat(run("render", "arm64-display", "--at", "99999", "--out", svg.toString()))
                .isEqualTo(2);
        assertThat(run(
                        "render",
                        "arm64-display",
                        "--out",
                        folder.resolve("x.bmp").toString()))
                .isEqualTo(2);
        assertThat(run("render", "arm64-display")).isEqualTo(2);
    }

    @Test
    void walkEndsInAnAddressOrAFault() {
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find("drm-bind"));
        Recording recording =
                org.iommulab.scenario.Player.play(file, KernelSpec.parse("6.2")).recording();
        int read = recording.previous(recording.length() + 1, Event.Dma.class::isInstance);
        String at = String.valueOf(read);
        String iova = "0x" + Long.toHexString(((Event.Dma) recording.event(read)).address());
        assertThat(run("walk", "drm-bind", "--kernel", "6.2", "--at", at, "--device", "12c10000.mixer", "--iova", iova))
                .isZero();
        assertThat(out.toString().lines()).last().asString().startsWith("pa 0x");
        assertThat(run(
                        "walk",
                        "drm-bind",
                        "--kernel",
                        "6.2",
                        "--at",
                        at,
                        "--device",
                        "12c10000.mixer",
                        "--iova",
                        "0x3fff0000"))
                .isZero();
        assertThat(out.toString().lines()).last().isEqualTo("fault PAGE");
        assertThat(run("walk", "drm-bind", "--at", "1", "--device", "12c10000.mixr", "--iova", "0x0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("did you mean '12c10000.mixer'");
    }

    @Test
    void withoutACommandTheLabIsOpened() {
        assertThat(run()).isEqualTo(7);
        assertThat(run("open", "arm64-display")).isEqualTo(8);
        assertThat(run("open", "arm64-displya")).isEqualTo(2);
    }

    @Test
    void helpVersionAndCompletionAreThere() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:", "run", "generate-completion");
        assertThat(run("run", "--help")).isZero();
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("iommulab ");
        assertThat(run("generate-completion")).isZero();
        assertThat(out.toString()).contains("complete -F");
    }

    private int run(String... arguments) {
        var console = new Console(new PrintWriter(out), new PrintWriter(err, true));
        List<Object> commands = List.of(
                new OpenCommand((files, _) -> 7 + files.size()),
                new WalkCommand(console),
                new RenderCommand(player, console),
                new BenchCommand(console),
                new RunCommand(player, console),
                new CheckCommand(console),
                new ListCommand(console),
                new VectorsCommand(console),
                new BisectCommand(player, console),
                new CompareCommand(player, console),
                new PatchesCommand(player, console));
        return new Cli((files, _) -> 7 + files.size(), commands, console).run(List.of(arguments));
    }
}
