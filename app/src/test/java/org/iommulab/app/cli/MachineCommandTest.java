package org.iommulab.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** machine, as a user calls it. */
class MachineCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static Path intel() {
        try {
            return Path.of(Objects.requireNonNull(MachineCommandTest.class.getResource("/capture/intel-topology.json"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private int run(Path file, String... arguments) {
        var console = new Console(new PrintWriter(out), new PrintWriter(err));
        var all = new ArrayList<>(List.of("machine", file.toString()));
        all.addAll(List.of(arguments));
        return new Cli((_, _) -> 0, List.of(new MachineCommand(console)), console).run(all);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        | group 12 (DMA): not viable
        --group 9 | Group 9 is not viable: nvme is bound to 0000:01:00.0. It is once that driver is unbound.
        --device 0000:05:00.1 | 0000:05:00.1 and 0000:05:00.0 are both in group 12: one tie keeps them together.
        --device 04:01.0 --device 04:02.0 | Requests of 0000:04:01.0 leave 0000:03:00.0 under the id 04:00.0
        --acs-override multifunction | left open: 0000:05:00.0 and 0000:05:00.1 would be in two groups
        """)
    void itAnswers(String arguments, String answer) {
        assertThat(run(intel(), arguments == null ? new String[0] : arguments.split(" ")))
                .isZero();
        assertThat(out.toString()).contains(answer);
    }

    @Test
    void aDeviceIsHandedOver() {
        assertThat(run(intel(), "--run", "0000:00:05.0")).isZero();
        assertThat(out.toString()).contains("the lab plays 6.1", "It reads from 0x100000");
        assertThat(out.toString().lines().toList().getLast()).isEqualTo("outcome: ok");
    }

    @Test
    void aRefusalIsNotAsExpected() {
        assertThat(run(intel(), "--run", "00:02.0")).isEqualTo(ExitCode.expected(false));
        assertThat(out.toString()).contains("refused: Bind it to vfio-pci: -EINVAL");
    }

    @Test
    void answersAreJsonToo() {
        assertThat(run(intel(), "--format", "json", "--acs-override", "downstream,multifunction"))
                .isZero();
        JsonNode answer = JsonMapper.builder().build().readTree(out.toString());
        assertThat(answer.path("splits")
                        .get(0)
                        .path("parts")
                        .get(1)
                        .path("devices")
                        .get(0)
                        .asString())
                .isEqualTo("0000:05:00.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --device 0000:05:00.2 | there is no device '0000:05:00.2', did you mean '0000:05:00.0'
        --run nvme | there is no device 'nvme'
        --group 99 | there is no group 99; there are 0, 1
        --acs-override up | --acs-override 'up': expected downstream, multifunction
        --acs-override 0000:09:00.0 | there is no device '0000:09:00.0'
        --events | --events goes with --run
        """)
    void whatIsWrongIsSaid(String arguments, String message) {
        assertThat(run(intel(), arguments.split(" "))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aBadFileIsSaid(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.json"), "{\n  \"devices\": [}");
        assertThat(run(file)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run(folder)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run(folder.resolve("none.json"))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(err.toString()).contains("bad.json:2:", "there is no topology.json in it", "there is no such file");
        assertThat(err.toString()).doesNotContain("Exception");
    }
}
