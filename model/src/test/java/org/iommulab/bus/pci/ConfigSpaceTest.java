package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigSpaceTest {
    private static ConfigSpace captured(String name, String address) throws IOException {
        return LspciReader.read(Path.of("src/test/resources/capture/" + name + "-lspci.txt"))
                .get(PciAddress.parse("0000:" + address).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        intel | 00:00.0 | CONVENTIONAL | | | false
        intel | 00:02.0 | ROOT_PORT | 10 11 0d | 0001 000d | true
        intel | 01:00.0 | ENDPOINT | 11 10 01 | 000e 0010 | false
        intel | 03:00.0 | PCIE_TO_PCI_BRIDGE | 10 05 01 0c | 0001 | false
        intel | 05:00.0 | ENDPOINT | 01 05 10 11 | 0001 0003 | true
        intel | 05:00.1 | ENDPOINT | 11 09 09 09 09 09 01 10 | | false
        intel | 00:06.0 | RC_ENDPOINT | 01 05 10 11 | 0001 0003 | false
        """)
    void typeAndCapabilities(
            String name, String address, PciType type, String standard, String extended, boolean multifunction)
            throws IOException {
        ConfigSpace space = captured(name, address);
        assertThat(PciType.of(space)).isEqualTo(type);
        assertThat(space.multifunctionBit()).isEqualTo(multifunction);
        assertThat(space.capabilities().stream()
                        .map(c -> "%02x".formatted(c.id()))
                        .collect(Collectors.toSet()))
                .isEqualTo(words(standard));
        assertThat(space.extendedCapabilities().stream()
                        .map(c -> "%04x".formatted(c.id()))
                        .collect(Collectors.toSet()))
                .isEqualTo(words(extended));
    }

    private static Set<String> words(String text) {
        return text == null ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
    }

    @Test
    void acsOfARootPort() throws IOException {
        Acs acs = Acs.of(captured("intel", "00:02.1")).orElseThrow();
        assertThat(AcsFlag.bits(acs.capability())).isEqualTo(0x5f);
        assertThat(acs.control()).isEqualTo(AcsFlag.REQUIRED);
        assertThat(acs.missing(AcsFlag.REQUIRED)).isEmpty();
        assertThat(Acs.of(captured("smmuv3", "00:02.1")).orElseThrow().missing(AcsFlag.REQUIRED))
                .isEqualTo(AcsFlag.REQUIRED);
    }

    /** A flag that is not implemented is as good as on, but for Egress Control. */
    @Test
    void onlyWhatIsImplementedCanBeMissing() {
        for (int capability = 0; capability < 0x80; capability++) {
            for (int control = 0; control < 0x80; control += 3) {
                var acs = new Acs(AcsFlag.of(capability), AcsFlag.of(control));
                assertThat(AcsFlag.bits(acs.missing(AcsFlag.of(0x7f))))
                        .isEqualTo((capability | 0x20) & ~control & 0x7f);
            }
        }
    }

    @Test
    void sriovOfAnNvme() throws IOException {
        SriovCapability sriov = SriovCapability.of(captured("intel", "01:00.0")).orElseThrow();
        assertThat(sriov.totalVfs()).isEqualTo(2);
        assertThat(sriov.vfDevice()).isEqualTo(0x0010);
        assertThat(sriov.enabled()).isFalse();
        assertThat(sriov.requesterId(0x100, 0)).isEqualTo(0x101);
        assertThat(sriov.requesterId(0x1ff, 1)).isEqualTo(0x201);
    }

    @Test
    void numbersAndWindowsOfABridge() throws IOException {
        ConfigSpace bridge = captured("intel", "03:00.0");
        assertThat(BridgeNumbers.of(bridge)).isEqualTo(new BridgeNumbers(3, 4, 4));
        assertThat(BridgeWindow.of(bridge))
                .containsExactly(
                        new BridgeWindow(BridgeWindow.Kind.IO, 0xd000, 0xdfff),
                        new BridgeWindow(BridgeWindow.Kind.MEMORY, 0xfd400000L, 0xfd5fffffL),
                        new BridgeWindow(BridgeWindow.Kind.PREFETCHABLE, 0xfe600000L, 0xfe7fffffL));
    }

    @ParameterizedTest
    @CsvSource({"01:00.0, true, false, false", "05:00.0, false, false, true", "00:05.0, false, false, false"})
    void waysToReset(String address, boolean flr, boolean afFlr, boolean power) throws IOException {
        assertThat(ResetMethods.of(captured("intel", address))).isEqualTo(new ResetMethods(flr, afFlr, power));
    }

    @Test
    void aListThatClosesALoopEnds() {
        var bytes = new byte[4096];
        bytes[6] = 0x10;
        bytes[0x34] = 0x40;
        bytes[0x40] = 0x05;
        bytes[0x41] = 0x50;
        bytes[0x50] = 0x10;
        bytes[0x51] = 0x40;
        bytes[0x100] = 0x01;
        bytes[0x103] = 0x10; // to itself
        ConfigSpace space = ConfigSpace.of(bytes);
        assertThat(space.capabilities()).hasSize(2);
        assertThat(space.extendedCapabilities()).hasSize(1);
        assertThat(space.find(StandardCapability.EXPRESS)).hasValue(0x50);
    }

    @Test
    void moreThanThereIsIsRefused() {
        assertThatThrownBy(() -> ConfigSpace.of(new byte[4097])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noBytesMakeItFail() {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            var bytes = new byte[random.nextBoolean() ? 4096 : random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length > 0x34) {
                bytes[6] |= 0x10;
            }
            ConfigSpace space = ConfigSpace.of(bytes);
            assertThat(space.capabilities()).hasSizeLessThanOrEqualTo(64);
            assertThat(space.extendedCapabilities()).hasSizeLessThanOrEqualTo(1024);
            PciType.of(space);
            Acs.of(space);
            SriovCapability.of(space);
            ResetMethods.of(space);
            BridgeWindow.of(space);
            BridgeNumbers.of(space);
        }
    }
}
