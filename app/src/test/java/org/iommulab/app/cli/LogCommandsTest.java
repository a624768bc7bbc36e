package org.iommulab.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.capture.TopologyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** decode and capture, as a user calls them. */
class LogCommandsTest {
    private static final String LOG = """
        [    1.0] usb 1-1: new device
        [   10.645770] DMAR: DRHD: handling fault status reg 2
        [   10.646112] DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x1800000 [fault reason 0x05] x
        """;

    /** As scenarios/exynos/unhandled-fault.json prints it. */
    private static final String FAULT_OF_A_STORY =
            "[    9.9] exynos-sysmmu 12e20000.sysmmu: 12c10000.mixer: PAGE FAULT occurred at 0x20101000\n";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(InputStream in, String... arguments) {
        var console = new Console(new PrintWriter(out), new PrintWriter(err));
        return new Cli((_, _) -> 0, List.of(new DecodeCommand(in, console), new CaptureCommand(console)), console)
                .run(List.of(arguments));
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void standardInputIsDecodedWhereNoFileIsNamed() {
        assertThat(run(input(LOG), "decode")).isZero();

        assertThat(out.toString().lines()).contains("lines 2 to 3: Intel VT-d: DMA write refused");
        assertThat(out.toString().lines().toList().getLast()).isEqualTo("3 lines, 2 decoded");
    }

    @Test
    void aFileIsDecodedIntoJson() throws IOException {
        Path file = Files.writeString(folder.resolve("dmesg.txt"), LOG);

        assertThat(run(input(""), "decode", "--format", "json", file.toString()))
                .isZero();

        JsonNode answer = JsonMapper.builder().build().readTree(out.toString());
        assertThat(answer.get("lines").asInt()).isEqualTo(3);
        assertThat(answer.get("decoded").asInt()).isEqualTo(2);
        JsonNode report = answer.get("reports").get(0);
        assertThat(report.get("from").asInt()).isEqualTo(2);
        assertThat(report.get("driver").asString()).isEqualTo("Intel VT-d");
        assertThat(report.get("fields").get(0).get("bits").get(0).get("name").asString())
                .isEqualTo("FRI");
    }

    @Test
    void whereTheMachineIsKnownTheWalkThatFailedIsShown() throws IOException {
        assertThat(run(input(FAULT_OF_A_STORY), "decode", "--scenario", "unhandled-fault", "--kernel", "6.2"))
                .isZero();

        assertThat(out.toString()).contains("the walk that failed, at step ").contains("    fault ");
        assertThat(run(input(""), "decode", "--kernel", "6.2")).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void aFileThatIsNotThereIsBadInput() {
        assertThat(run(input(""), "decode", folder.resolve("none").toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run(input(""), "decode", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(err.toString()).contains("there is no such file").contains("is a folder");
    }

    @Test
    void aTreeIsCapturedIntoAFileThatOpens() throws IOException {
        Path type = folder.resolve("sys/kernel/iommu_groups/3/type");
        Files.createDirectories(type.getParent());
        Files.writeString(type, "DMA-FQ\n");
        Path file = folder.resolve("machine.json");

        assertThat(run(input(""), "capture", "--root", folder.toString(), "--out", file.toString()))
                .isZero();

        assertThat(out.toString().strip()).isEqualTo(file.toString());
        assertThat(err.toString()).contains("/sys/class/iommu: no IOMMU").contains("root would add");
        assertThat(TopologyReader.read(file).groups()).singleElement().satisfies(group -> {
            assertThat(group.id()).isEqualTo(3);
            assertThat(group.type()).isEqualTo("DMA-FQ");
        });
    }

    @Test
    void captureSaysWhatIsWrongWithItsFolders() {
        assertThat(run(input(""), "capture")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run(input(""), "capture", "--root", folder.resolve("none").toString(), "--out", "x"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run(input(""), "capture", "--root", folder.toString(), "--out", folder.toString()))
                .isEqualTo(ExitCode.BAD_INPUT);
    }
}
