package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.board.BoardReader;
import org.iommulab.bus.Device;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Actions on functions of PCI and on files of sysfs: what the reader refuses, and what they do on both kinds of boards. */
class PciActionsTest {
    private static final Path FOLDER = Path.of("..", "scenarios", "pci");
    private static final Path BOARD = Path.of("..", "scenarios", "boards", "pci-small.json");
    private static final String STORY = """
        {
          "$schema": "../schema/scenario.schema.json",
          "id": "x", "title": "t", "summary": "s", "board": "BOARD", "kernel": "6.12",
          "story": [ { "do": "boot" }, ACTIONS ]
        }
        """;

    private static ScenarioFile parse(String board, String actions) {
        return ScenarioReader.parse(
                FOLDER.resolve("x.json"),
                STORY.replace("BOARD", board).replace("ACTIONS", actions).getBytes(StandardCharsets.UTF_8));
    }

    private static PlayedRun play(String board, String actions) {
        return Player.play(parse(board, actions), KernelSpec.parse("6.12"));
    }

    private static List<String> results(PlayedRun run) {
        return run.chapters().stream().skip(1).map(Chapter::result).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        pci-small | { "do": "set-override", "device": "0000:01:00.0", "driver": "vfio_pci" }   | /story/1/driver: this board has no driver 'vfio_pci', did you mean 'vfio-pci'
        pci-small | { "do": "sysfs-bind", "device": "0000:01:00.0" }                           | /story/1: 'driver' is missing
        pci-small | { "do": "read-file", "device": "0000:01:00.0", "file": "group-typ" }       | /story/1/file: unknown value 'group-typ', did you mean 'group-type'
        pci-small | { "do": "set-group-type", "device": "0000:01:00.0", "type": " " }          | /story/1/type: a word has 1 to 40 characters
        pci-small | { "do": "set-num-vfs", "device": "0000:01:00.0", "count": -1 }             | /story/1/count: expected 0 to 65535 virtual functions, found -1
        pci-small | { "do": "vfio-reset", "file": "ssd" }                                      | /story/1/file: no action before makes a device file 'ssd'
        pci-small | { "do": "add-device", "device": "0000:01:00.0" }                           | /story/1/device: '0000:01:00.0' is found by a scan, expected 'pci-rescan'
        q35-vtd   | { "do": "pci-rescan" }                                                     | /story/1: this board's functions are not found by a scan
        q35-vtd   | { "do": "set-vf-autoprobe", "device": "0000:01:00.0", "probe": "n" }       | /story/1: this board's functions are not found by a scan
        """)
    void aMistakeIsTold(String board, String action, String message) {
        assertThatThrownBy(() -> parse(board, action))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        "ids": "1b36:000e",                                  | "ids": "1b36:e",      | /pci/ids: expected vendor and device as in '8086:10d3'
        "ids": "1b36:000e",                                  |                       | /pci/ids: expected vendor and device as in '8086:10d3'
        "ids": "1b36:000e",                                  | "ids": "0000:000e",   | /pci/ids: a function with this vendor is an empty slot
        "classCode": "0xc0330"                               | "classCode": "0xc033000" | /pci/classCode: a class has 24 bits
        "name": "0000:01:00.2"                               | "name": "0000:01:00.3" | /pci/virtualOf: '0000:01:00.3' is not where a virtual function of '0000:01:00.0' can be
        "virtualOf": "0000:01:00.0"                          | "virtualOf": "0000:01:00.1" | /pci/virtualOf: '0000:01:00.1' makes no virtual functions
        "total": 2                                           | "total": 0            | /pci/sriov/total: expected 1 to 255 virtual functions
        "name": "0000:04:01.0"                               | "name": "0000:06:01.0" | /name: what is below '0000:03:00.0' stands on one bus
        """)
    void aMistakeOfTheBoardIsTold(String good, String bad, String message, @TempDir Path folder) throws IOException {
        String board = Files.readString(BOARD);
        assertThat(board).contains(good);
        Path file = folder.resolve("pci-small.json");
        Files.writeString(file, board.replaceFirst(java.util.regex.Pattern.quote(good), bad == null ? "" : bad));
        assertThatThrownBy(() -> BoardReader.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @Test
    void aBridgeOfAPlainBoardTakesWhatIsBelowItAndTakesItAgain() {
        String remove = "{ \"do\": \"remove-device\", \"device\": \"0000:03:00.0\" }";
        String add = "{ \"do\": \"add-device\", \"device\": \"0000:0%s\" }";
        PlayedRun run = play("q35-vtd", remove);
        assertThat(names(run))
                .doesNotContain("0000:03:00.0", "0000:04:01.0", "0000:04:02.0")
                .contains("0000:00:02.2");
        PlayedRun again =
                play("q35-vtd", String.join(", ", remove, add.formatted("3:00.0"), add.formatted("4:01.0"), remove));
        assertThat(names(again)).doesNotContain("0000:03:00.0", "0000:04:01.0");
    }

    private static List<String> names(PlayedRun run) {
        return run.world().bus().devices().toList().stream().map(Device::label).toList();
    }

    @Test
    void aFunctionThatIsNoBusMasterBeginsNoAccess() {
        String dma = "{ \"do\": \"dma\", \"device\": \"0000:0%s\", \"address\": \"0x5000\" }";
        PlayedRun run = play("pci-small", dma.formatted("0:05.0") + ", " + dma.formatted("1:00.0"));
        assertThat(results(run)).containsExactly("-ENXIO", "-EIO");
    }

    @Test
    void whatIsReadIsJudgedLineByLine() {
        String read = "{ \"do\": \"read-file\", \"device\": \"0000:02:00.1\", \"file\": \"group-devices\","
                + " \"expect\": { \"output\": [\"0000:00:02.0\", \"0000:02:00.0\"%s] } }";
        assertThat(play("pci-small", read.formatted(", \"0000:02:00.1\"")).judgements())
                .filteredOn(judgement -> judgement.what().startsWith("text"))
                .allMatch(Judgement::met)
                .hasSize(1);
        assertThat(play("pci-small", read.formatted("")).judgements()).anyMatch(judgement -> !judgement.met());
    }
}
