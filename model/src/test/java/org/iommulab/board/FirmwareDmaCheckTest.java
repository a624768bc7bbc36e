package org.iommulab.board;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.iommulab.json.BadInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a board may say of a device's DMA, and where it may say it. */
class FirmwareDmaCheckTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pine-h64      | "dmaRange": {"base": "0x0", "size": "0x0"}         | /devices/0/dmaRange: this range is empty
        pine-h64      | "dmaRange": {"base": "0x800", "size": "0x1000"}    | /devices/0/dmaRange/base: 0x800 is not page aligned
        pine-h64      | "dmaRange": {"base": "0x0", "size": "0x1800"}      | /devices/0/dmaRange/size: 0x1800 is not page aligned
        pine-h64      | "dmaCoherent": "maybe"                             | /devices/0/dmaCoherent: unknown value 'maybe'
        desktop-ryzen | "dmaRange": {"base": "0x0", "size": "0x100000000"} | /devices/0/dmaRange: only a device tree says this
        desktop-ryzen | "dmaCoherent": "y"                                 | /devices/0/dmaCoherent: only a device tree says this
        """)
    void isRefused(String board, String said, String problem) throws IOException {
        String text = Files.readString(Path.of("..", "scenarios", "boards", board + ".json"));
        int devices = text.indexOf("\"devices\"");
        int first = text.indexOf('{', devices) + 1;
        String changed = text.substring(0, first) + said + "," + text.substring(first);
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> BoardReader.parse("board", changed.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining(problem);
    }
}
