package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LspciReaderTest {
    @Test
    void aCapturedMachine() throws IOException {
        Map<PciAddress, ConfigSpace> read = LspciReader.read(Path.of("src/test/resources/capture/intel-lspci.txt"));
        assertThat(read).hasSize(18);
        assertThat(read.keySet().iterator().next()).hasToString("0000:00:00.0");
        ConfigSpace nvme = read.get(PciAddress.parse("0000:01:00.0").orElseThrow());
        assertThat(nvme).hasToString("[1b36:0010] type 00 class 0x010802");
        assertThat(nvme.size()).isEqualTo(4096);
    }

    @Test
    void withoutDomainWithWordsAndInCapitals() throws IOException {
        var read = LspciReader.parse("a", """
            02:00.0 Ethernet controller: Intel Corporation 82574L
            \tSubsystem: something
            \tFlags: bus master
            00: 86 80 D3 10
            0c: 00 00 80 00

            03:00.0 System peripheral
            """);
        assertThat(read.keySet()).hasToString("[0000:02:00.0, 0000:03:00.0]");
        ConfigSpace space = read.values().iterator().next();
        assertThat(space.device()).isEqualTo(0x10d3);
        assertThat(space.multifunctionBit()).isTrue();
        assertThat(space.size()).isEqualTo(256);
        assertThat(space.read8(0xff)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        00: 86 80 | x:1:1: bytes before the first address
        01:00.0 a;00: 86 8 | x:2:8: '8' is no byte of two hexadecimal digits
        01:00.0 a;00: 86 gg | x:2:8: 'gg' is no byte of two hexadecimal digits
        01:00.0 a;fff: 00 00 | x:2:9: more than 4096 bytes
        01:00.0 a;01:00.0 b | x:2:1: 0000:01:00.0 is there twice
        01:40.0 a | x:1:1: expected an address as 0000:00:02.0, or bytes as 00: 86 80
        hello | x:1:1: expected an address as 0000:00:02.0, or bytes as 00: 86 80
        """)
    void whatIsWrongIsSaidWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> LspciReader.parse("x", text.strip().replace(';', '\n')))
                .isInstanceOf(LspciReader.BadLspci.class)
                .hasMessage(message);
    }

    @Test
    void anythingElseIsRefusedOrRead() {
        var random = new Random(11);
        String alphabet = "0123456789abcdef:. \n\tzZ00:00.0";
        for (int i = 0; i < 5000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                LspciReader.parse("x", text.toString());
            } catch (LspciReader.BadLspci e) {
                assertThat(e).hasMessageStartingWith("x:");
            }
        }
    }
}
